// The node's link to the bus: what blocks is done on a thread of its own, in the order of asking, and told to the node on the
// loop.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node-agent/core/node.hpp"
#include "node-agent/daemon/request_queue.hpp"
#include "node-agent/join/join_identity.hpp"
#include "proto/loop/real/event_loop.hpp"
#include "proto/loop/real/thread_pool.hpp"
#include "proto/security/signer.hpp"
#include "proto/transport/bus.hpp"

namespace muster::agent {

// What leaves with us may take this long; then the link is cut.
inline constexpr std::chrono::milliseconds kLeavePatience{2'000};
// Waiting for the link's thread at once.
inline constexpr std::size_t kLinkTasksMax = 10'000;

// A link that stands, and who we are over it.
struct OpenedLink {
  std::unique_ptr<transport::Bus> bus;
  std::shared_ptr<const security::Signer> signer;
  std::string client_id;
  std::shared_ptr<const JoinIdentity> join;  // in the join zone
};

// On the loop's thread.
class Uplink {
 public:
  // Connects; blocks, on the link's thread. The handler may be called on any.
  using Open = std::function<Result<OpenedLink>(Door, transport::Bus::LinkHandler)>;

  // References outlive it.
  Uplink(loop::EventLoop& loop, const base::Clock& clock, Open open, GateStatistics& statistics,
         audit::AuditLog& audit);
  // Waits for what the thread is at, and hangs up.
  ~Uplink();
  Uplink(const Uplink&) = delete;
  Uplink& operator=(const Uplink&) = delete;

  // Whom to tell; outlives the loop's turns.
  void serve(Node& node) { node_ = &node; }

  // See Host.
  void connect(Door door);
  void leave();
  Status publish(std::string_view topic, std::string payload,
                 const transport::PublishOptions& options);
  void subscribe(Ticket ticket, Feed feed, std::vector<std::string> filters);
  void unsubscribe(std::vector<std::string> filters);
  std::size_t requests_waiting() const { return requests_.waiting(); }

  // Runs `work` on the link's thread after all that was asked for before, and what it gives on the loop unless the link is
  // another by then.
  void after_that(loop::Executor::Work work);
  Door door() const { return door_; }
  // Of the link that stands; null without one, and `join` out of the join zone.
  const std::shared_ptr<const security::Signer>& signer() const { return signer_; }
  const std::shared_ptr<const JoinIdentity>& join() const { return join_; }

 private:
  // Shared by the loop, the link's thread and what the bus's thread has put on the loop.
  struct Session {
    std::uint64_t number = 0;
    std::unique_ptr<transport::Bus> bus;  // set on the link's thread before `up`
    bool up = false;                      // of the loop
    std::map<std::string, transport::Subscription>
        subscriptions;  // of the link's thread, by filter
  };
  using Shared = std::shared_ptr<Session>;
  bool is_current(const Shared& session) const { return session == session_; }
  transport::Bus::LinkHandler link_handler(const Shared& session);
  transport::Bus::MessageHandler message_handler(const Shared& session, Feed feed);
  void opened(const Shared& session, const std::shared_ptr<Result<OpenedLink>>& link);
  void on_link_thread(loop::Executor::Work work);

  loop::EventLoop& loop_;
  const base::Clock& clock_;
  const Open open_;
  RequestQueue requests_;
  Node* node_ = nullptr;
  Door door_ = Door::member;
  Shared session_;
  std::uint64_t last_ = 0;
  std::shared_ptr<const security::Signer> signer_;
  std::shared_ptr<const JoinIdentity> join_;
  std::unique_ptr<loop::ThreadPool> thread_;
};

}  // namespace muster::agent
