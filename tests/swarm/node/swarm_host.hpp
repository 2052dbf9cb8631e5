// The world as a node's core meets it in a swarm: a link among thousands, and a machine that is made up.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "node-agent/core/node.hpp"
#include "node-agent/dispatch/agent_table.hpp"
#include "proto/loop/real/system_random.hpp"
#include "proto/security/signer.hpp"
#include "tests/swarm/node/node_keys.hpp"
#include "tests/swarm/node/surroundings.hpp"

namespace muster::swarm {

// On the loop's thread.
class SwarmHost final : public agent::Host, private LinkUser {
 public:
  // Parts of the node, which outlive it.
  struct Parts {
    const std::string& name;
    const std::string& session;
    const NodeKeys& keys;
    base::OffsetClock& clock;
    security::TrustStore& operators;
    const agent::AgentTable& agents;
    played::Runs& runs;
    const plugins::PuppetPaths& puppet;
    std::shared_ptr<const Value> facts;
  };
  SwarmHost(Surroundings& around, Parts parts);
  ~SwarmHost() override;

  // Whom to tell.
  void serve(agent::Node& node) { node_ = &node; }
  bool over() const { return over_; }
  // In its turn on the loop, unless the host is gone by then.
  void later(std::function<void()> then);

  loop::Timers& timers() override { return around_.links.loop(); }
  loop::Random& random() override { return random_; }
  loop::Executor& actions() override { return around_.executor; }

  void connect(agent::Door door) override;
  void leave() override;
  Status publish(std::string_view topic, std::string payload,
                 const transport::PublishOptions& options) override;
  void subscribe(agent::Ticket ticket, agent::Feed feed, std::vector<std::string> filters) override;
  void unsubscribe(std::vector<std::string> filters) override;
  // Each is given to the node in the turn in which it comes.
  std::size_t requests_waiting() const override { return 0; }

  std::vector<std::string> agents() const override { return parts_.agents.names(); }
  void look() override;
  void look_at_names(bool thoroughly) override;
  void seal_announcement(agent::AnnouncementContent content) override;
  std::uint64_t gather() override;
  bool has_gathered(std::uint64_t number) const override { return number <= gathered_; }

  void hear_list(transport::Message message) override;
  void verify_lists() override;
  // The roots of a swarm's run stay; a statement about another is not obeyed.
  Result<bool> follow_root(const std::string&) override { return false; }
  std::optional<agent::OtherPresence> read_other(const transport::Message& message) const override;

  std::int64_t machine_ms() const override { return around_.clock.unix_ms(); }
  void correct_clock(std::int64_t offset_ms, std::int64_t) override {
    parts_.clock.set_offset_ms(offset_ms);
  }

  void remember_joined() override;
  bool has_joined() const override { return joined_; }
  void settle_job(const std::string& id) override { parts_.runs.settle(id); }
  void deliver_revocations(bool) override {
  }  // whoever runs the swarm gives the broker its CA's list
  bool has_certificate() const override { return parts_.keys.member.has_value(); }
  void keep_certificate() override {}
  agent::Reread reread() override { return {}; }
  void rest() override {}
  void status(const std::string& text) override;
  void ended(agent::End) override { over_ = true; }

 private:
  struct Opened {
    std::unique_ptr<SwarmLink> link;
    std::shared_ptr<const security::Signer> signer;
    std::string client_id;
  };
  Result<Opened> open_member();
  Result<Opened> open_join();
  void on_link(transport::LinkState state, const std::string& why) override;
  void on_refused(const Error& why) override { node_->on_refused(why); }
  void on_left() override;
  void on_subscribed(int id, bool wholly) override;
  void on_message(transport::Message message) override;
  void set_present(bool present);

  Surroundings& around_;
  const Parts parts_;
  loop::SystemRandom random_;
  agent::Node* node_ = nullptr;
  std::shared_ptr<const security::Signer> signer_;  // over the link
  std::string client_id_;                           // the link's
  std::unique_ptr<SwarmLink> link_;
  bool linked_ = false;   // the node has been told on_up()
  bool shown_ = false;    // over this link, as a member
  bool present_ = false;  // counted in headcount
  bool joined_ = false;
  bool over_ = false;
  std::map<int, agent::Ticket> asked_;                     // subscriptions by their ids
  std::map<std::string, agent::Feed, std::less<>> feeds_;  // by filter
  std::uint64_t gathered_ = 1;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace muster::swarm
