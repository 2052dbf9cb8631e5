// The world as the agent's core meets it in the daemon: Paho, threads, files and this machine's clock.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "node-agent/core/node.hpp"
#include "node-agent/daemon/look.hpp"
#include "node-agent/daemon/revocation_watch.hpp"
#include "node-agent/daemon/uplink.hpp"
#include "node-agent/jobs/settled_jobs.hpp"
#include "node-agent/join/bus_settings.hpp"
#include "node-agent/renewal/certificate_renewal.hpp"
#include "node-agent/revocation/crl_courier.hpp"
#include "proto/loop/real/event_loop.hpp"
#include "proto/loop/real/system_random.hpp"
#include "proto/loop/real/thread_pool.hpp"
#include "proto/security/known_roots.hpp"
#include "proto/security/replay_window.hpp"

namespace muster::agent {

// Looks and announcements waiting at once; the core asks for one of each at a time.
inline constexpr std::size_t kLooksMax = 64;

// On the loop's thread.
class DaemonHost final : public Host {
 public:
  // Parts of the agent, which outlive it.
  struct Parts {
    const AgentConfig& config;  // changed on the loop alone, and only in what no other thread reads
    const std::string& identity;
    const std::string& session;
    const BusSettings& bus;
    const base::SystemClock& machine_clock;
    base::OffsetClock& clock;
    loop::EventLoop& loop;
    security::TrustStore& operators;
    security::KnownRoots& roots;
    RevocationWatch& revocations;
    security::ReplayWindow& replay;
    facts::FactStore& facts;
    const AgentTable& agents;
    jobs::SettledJobs& jobs;
    audit::AuditLog& audit;
    GateStatistics& statistics;
    std::function<void(const std::string&)> on_status;
    std::function<Reread()> reread;
    std::function<void(End)> on_end;
  };
  explicit DaemonHost(Parts parts);
  // Waits for the actions that run, however long they take.
  ~DaemonHost() override;

  // Whom to tell.
  void serve(Node& node);

  loop::Timers& timers() override { return parts_.loop; }
  loop::Random& random() override { return random_; }
  loop::Executor& actions() override { return *workers_; }
  void connect(Door door) override { link_->connect(door); }
  void leave() override { link_->leave(); }
  Status publish(std::string_view topic, std::string payload,
                 const transport::PublishOptions& options) override {
    return link_->publish(topic, std::move(payload), options);
  }
  void subscribe(Ticket ticket, Feed feed, std::vector<std::string> filters) override {
    link_->subscribe(ticket, feed, std::move(filters));
  }
  void unsubscribe(std::vector<std::string> filters) override {
    link_->unsubscribe(std::move(filters));
  }
  std::size_t requests_waiting() const override { return link_->requests_waiting(); }
  std::vector<std::string> agents() const override { return parts_.agents.names(); }
  void look() override;
  void look_at_names(bool thoroughly) override;
  void seal_announcement(AnnouncementContent content) override;
  std::uint64_t gather() override { return parts_.facts.refresh_soon(); }
  bool has_gathered(std::uint64_t number) const override {
    return parts_.facts.has_gathered(number);
  }
  void hear_list(transport::Message message) override {
    parts_.revocations.hear(std::move(message));
  }
  void verify_lists() override;
  Result<bool> follow_root(const std::string& statement) override;
  std::optional<OtherPresence> read_other(const transport::Message& message) const override;
  std::int64_t machine_ms() const override { return parts_.machine_clock.unix_ms(); }
  void correct_clock(std::int64_t offset_ms, std::int64_t told_ms) override;
  void remember_joined() override;
  bool has_joined() const override;
  void settle_job(const std::string& id) override { parts_.jobs.settle(id); }
  void deliver_revocations(bool again) override;
  bool has_certificate() const override;
  void keep_certificate() override;
  Reread reread() override { return parts_.reread(); }
  void rest() override;
  void status(const std::string& text) override;
  void ended(End end) override { parts_.on_end(end); }

 private:
  Result<OpenedLink> open_link(Door door, transport::Bus::LinkHandler on_link) const;
  // Beside the loop, and what it gives on the loop.
  void beside(loop::Executor::Work work);

  const Parts parts_;
  loop::SystemRandom random_;
  Node* node_ = nullptr;
  Look look_;
  std::unique_ptr<loop::ThreadPool> workers_;
  std::unique_ptr<loop::ThreadPool> looker_;
  std::unique_ptr<Uplink> link_;
  std::unique_ptr<CrlCourier> courier_;          // on a master
  std::unique_ptr<CertificateRenewal> renewal_;  // of a member
};

}  // namespace muster::agent
