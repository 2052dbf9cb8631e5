// The world as a node's core meets it in a simulation: a link to the broker model, a disk in memory, virtual time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node-agent/core/node.hpp"
#include "node-agent/join/announcement.hpp"
#include "proto/security/replay_window.hpp"
#include "tests/sim/broker/sim_link.hpp"
#include "tests/sim/node/disk.hpp"
#include "tests/sim/node/machine_spec.hpp"
#include "tests/sim/node/slow_executor.hpp"
#include "tests/sim/surroundings/surroundings.hpp"
#include "tests/support/played/runs.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimHost final : public agent::Host {
 public:
  struct Parts {
    Surroundings& around;
    const Site& site;
    const MachineSpec& machine;
    Disk& disk;
    played::Runs& runs;
    const agent::AgentTable& agents;
    const security::Trust& trust;
    const std::string& session;
    const Cable& cable;
    const base::Clock& machine_clock;  // which may be wrong
    base::OffsetClock& clock;          // the same, corrected
    security::ReplayWindow& replay;
  };
  explicit SimHost(const Parts& parts) : parts_(parts), actions_(parts.around.loop, parts.disk) {}

  // Whom to tell.
  void serve(agent::Node& node) { node_ = &node; }
  bool has_ended() const { return ended_; }
  // The cable is another now.
  void plug() {
    if (link_) link_->plug(parts_.cable);
  }
  const security::Trust& trust() const { return parts_.trust; }

  loop::Timers& timers() override { return loop(); }
  loop::Random& random() override { return loop(); }
  loop::Executor& actions() override { return actions_; }
  void connect(agent::Door door) override;
  void leave() override;
  Status publish(std::string_view topic, std::string payload,
                 const transport::PublishOptions& options) override;
  void subscribe(agent::Ticket ticket, agent::Feed feed, std::vector<std::string> filters) override;
  void unsubscribe(std::vector<std::string> filters) override;
  std::size_t requests_waiting() const override { return 0; }  // each is taken when it comes
  std::vector<std::string> agents() const override { return parts_.agents.names(); }
  void look() override;
  void look_at_names(bool thoroughly) override;
  void seal_announcement(agent::AnnouncementContent content) override;
  std::uint64_t gather() override;
  bool has_gathered(std::uint64_t number) const override { return gathered_ >= number; }
  void hear_list(transport::Message) override {}  // no root revokes anybody yet
  void verify_lists() override;
  Result<bool> follow_root(const std::string&) override { return false; }
  std::optional<agent::OtherPresence> read_other(const transport::Message& message) const override;
  std::int64_t machine_ms() const override { return parts_.machine_clock.unix_ms(); }
  void correct_clock(std::int64_t offset_ms, std::int64_t told_ms) override {
    parts_.clock.set_offset_ms(offset_ms);
    parts_.replay.clock_compared(told_ms);
  }
  void remember_joined() override { parts_.disk.joined = true; }
  bool has_joined() const override { return parts_.disk.joined; }
  void settle_job(const std::string& id) override { parts_.runs.settle(id); }
  void deliver_revocations(bool) override {}
  bool has_certificate() const override { return parts_.disk.certificate.has_value(); }
  void keep_certificate() override {}
  agent::Reread reread() override { return {}; }
  void rest() override {}
  void status(const std::string& text) override;
  void ended(agent::End) override { ended_ = true; }

 private:
  fakes::VirtualLoop& loop() const { return parts_.around.loop; }
  // Later, unless the host has gone by then.
  void later(std::function<void()> then);
  bool is_revoked() const;
  void open(const Holder& holder, const std::string& client_id, Will will);
  void on_state(transport::LinkState state);
  void on_message(transport::Message message);
  std::string sealed(const agent::AnnouncementContent& content) const;

  const Parts parts_;
  SlowExecutor actions_;
  agent::Node* node_ = nullptr;
  std::unique_ptr<SimLink> link_;
  bool up_ = false;        // Node::on_up() was called for this link
  std::string client_id_;  // of this link
  std::shared_ptr<const security::Sealer> sealer_;
  std::map<std::string, agent::Feed> feeds_;  // by filter
  std::uint64_t gathers_ = 0;
  std::uint64_t gathered_ = 0;
  bool ended_ = false;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace muster::sim
