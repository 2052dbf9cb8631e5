// The world of one node's core, in virtual time: writes down what the node does, and answers what it asks at once, unless a test
// says otherwise.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "node-agent/core/node.hpp"
#include "node-agent/join/announcement.hpp"
#include "proto/security/signer.hpp"
#include "proto/security/trust_store.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::fakes {

// Holds what it is given until a test lets it run.
class HeldExecutor final : public loop::Executor {
 public:
  explicit HeldExecutor(std::size_t waiting_max = 100) : waiting_max_(waiting_max) {}

  Status run(Work work) override;
  // Runs the first that waits; what it gives is for the loop, and is kept until give_back().
  void run_first();
  void give_back();
  void run_all();
  std::size_t waiting() const { return waiting_.size(); }

 private:
  const std::size_t waiting_max_;
  std::deque<Work> waiting_;
  std::deque<Then> ended_;
};

class FakeHost : public agent::Host {
 public:
  struct Published {
    std::string topic;
    std::string payload;
    transport::PublishOptions options;
  };

  explicit FakeHost(VirtualLoop& loop) : anybody(loop.clock()), loop_(loop) {}
  void serve(agent::Node& node) { node_ = &node; }

  // The last message on the topic; nothing when there was none.
  std::optional<Published> last(const std::string& topic) const;
  std::size_t count(const std::string& topic) const;
  bool says(const std::string& status) const;

  // The link that was asked for stands: see Node::on_up.
  void up(std::shared_ptr<const security::Sealer> sealer, std::string client_id = "");
  void refuse(Error why);

  loop::Timers& timers() override { return loop_; }
  loop::Random& random() override { return loop_; }
  loop::Executor& actions() override { return executor; }
  void connect(agent::Door door) override;
  void leave() override;
  Status publish(std::string_view topic, std::string payload,
                 const transport::PublishOptions& options) override;
  void subscribe(agent::Ticket ticket, agent::Feed feed, std::vector<std::string> filters) override;
  void unsubscribe(std::vector<std::string> filters) override;
  std::size_t requests_waiting() const override { return waiting; }
  std::vector<std::string> agents() const override { return view.agents; }
  void look() override;
  void look_at_names(bool thoroughly) override;
  void seal_announcement(agent::AnnouncementContent content) override;
  std::uint64_t gather() override { return ++gathers; }
  bool has_gathered(std::uint64_t number) const override { return gathered >= number; }
  void hear_list(transport::Message message) override { lists.push_back(std::move(message)); }
  void verify_lists() override;
  Result<bool> follow_root(const std::string& statement) override;
  std::optional<agent::OtherPresence> read_other(const transport::Message& message) const override;
  std::int64_t machine_ms() const override { return machine_ms_; }
  void correct_clock(std::int64_t offset_ms, std::int64_t told_ms) override;
  void remember_joined() override { joined = true; }
  bool has_joined() const override { return joined; }
  void settle_job(const std::string& id) override { settled.push_back(id); }
  void deliver_revocations(bool again) override { deliveries += again ? 1 : 0; }
  bool has_certificate() const override { return certificate; }
  void keep_certificate() override { keeps_certificate = true; }
  agent::Reread reread() override { return rereads; }
  void rest() override { ++rests; }
  void status(const std::string& text) override { statuses.push_back(text); }
  void ended(agent::End end) override { end_ = end; }

  // What the node did.
  std::vector<Published> published;
  std::vector<agent::Door> connects;
  std::map<std::string, agent::Feed> subscriptions;  // by filter
  std::vector<transport::Message> lists;
  std::vector<std::string> statuses;
  std::vector<std::string> settled;  // jobs
  std::vector<agent::AnnouncementContent> announcements;
  std::optional<std::int64_t> offset_ms;
  std::optional<agent::End> end_;
  std::uint64_t gathers = 0;
  int looks = 0;
  int thorough_looks = 0;  // at names
  int deliveries = 0;      // of revocation lists, again
  int rests = 0;
  bool keeps_certificate = false;
  bool linked = false;

  // What a test says.
  HeldExecutor executor;
  agent::View view = seen();
  agent::Names names;
  agent::Reread rereads;
  std::set<std::string> forbidden;  // filters
  std::uint64_t gathered = 0;
  std::size_t waiting = 0;  // requests
  std::int64_t machine_ms_ = 0;
  bool joined = false;
  bool certificate = true;
  bool lists_verify = true;
  bool looks_at_once = true;          // else with answer_look()
  Result<bool> root_changes = false;  // what a statement does
  std::shared_ptr<const security::Signer> signer;
  std::string session = "s1";
  const security::TrustStore anybody;  // trusts none; what it checks are signatures
  void answer_look();

 private:
  static agent::View seen() {
    agent::View view;
    view.facts = std::make_shared<const Value>(Value{{"country", "de"}});
    view.agents = {"echo"};
    return view;
  }

  VirtualLoop& loop_;
  agent::Node* node_ = nullptr;
};

}  // namespace muster::fakes
