// What a node is: in the join zone until an orchestrator has made it a member, then a member that shows itself and answers
// requests, until it is stopped or made anew. No thread, socket, file or clock of its own: events in, a Host's calls out.
//
//   Node node(host, identity, parts);
//   node.start(Door::join);
//   … on_up(), on_subscribed(), on_message() …      one after the other, on the loop's thread
//   node.on_stop();                                  → Host::ended()
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "node-agent/core/attempts.hpp"
#include "node-agent/core/desk.hpp"
#include "node-agent/core/ended_runs.hpp"
#include "node-agent/core/host.hpp"
#include "node-agent/core/joining.hpp"
#include "node-agent/core/looks.hpp"
#include "node-agent/core/member_life.hpp"
#include "node-agent/core/membership.hpp"
#include "node-agent/core/other_presences.hpp"
#include "node-agent/core/tickets.hpp"
#include "node-agent/core/wind_up.hpp"
#include "proto/loop/timer.hpp"

namespace muster::agent {

inline constexpr std::chrono::seconds kTakenOverPause{60};

// On the loop's thread. To be destroyed when no function of it runs.
class Node {
 public:
  // What judges and counts requests; outlives the node.
  struct Parts {
    RequestGate& gate;
    GateStatistics& statistics;
    audit::AuditLog& audit;
    const security::Trust& operators;  // whose join answers count
  };
  Node(Host& host, Identity identity, Parts parts);
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Door::member when a usable certificate is there.
  void start(Door door);

  // --- the link ---
  // `sealer` signs for the node over this link; `client_id` is its id in the join zone.
  void on_up(std::shared_ptr<const security::Sealer> sealer, std::string client_id);
  void on_refused(const Error& why);
  // Of each change, also of the first connection, which may be told before on_up(). `why` says in words what happened.
  void on_link(transport::LinkState state, const std::string& why);
  void on_left();
  void on_subscribed(Ticket ticket, const Status& status);
  void on_lists_verified(bool in_time);
  // Other messages than requests.
  void on_message(Feed feed, transport::Message message);
  // Of Feed::node, agents and join. `sender`: the caller whom the topic names; empty in the join zone.
  void on_request(Feed feed, Incoming incoming);

  // --- what was asked for ---
  void on_view(const View& view);
  void on_names(const Names& names);
  void on_announcement(const std::string& nonce, Result<std::string> sealed);

  // --- the machine ---
  void on_gathered();          // a collection of facts is over
  void on_changed();           // something that presence tells has changed
  void on_enter_collective();  // the certificate is in its place now
  void on_leave_collective();  // the certificate was given up: join anew
  void on_job_ended(const std::string& id, bool settles);  // see EndedRuns::ended
  void on_reload();
  void on_stop();

  const std::string& identity() const { return identity_.name; }

 private:
  enum class State { new_, connecting, linked, going_over, pausing, winding_up, leaving, over };
  bool linked() const {
    return state_ == State::linked || state_ == State::going_over || state_ == State::winding_up;
  }
  void connect(Door door);
  void pause(std::chrono::milliseconds time, Door then);
  void refused(const Error& why);
  // Out of a room, which may be destroyed by it: later, when the room's function is over.
  void later(std::function<void()> then);
  void leave(std::function<void()> then);
  void come_back(Door door);  // over another link
  void become_member();
  void end(End end);
  void wind_up(End end);
  void of_no_use(const Error& why);
  MemberLife::Calls member_calls();
  Joining::Calls joining_calls();
  void over(End end);
  void tell(const char* event, const Value& data);

  Host& host_;
  const Identity identity_;
  const Parts parts_;
  Tickets tickets_;
  State state_ = State::new_;
  Door door_ = Door::member;
  End end_ = End::stopped;  // of one that winds up
  std::function<void()> after_leaving_;
  Attempts attempts_;
  Desk desk_;
  WindUp wind_up_;
  EndedRuns runs_;
  Looks looks_;
  OtherPresences others_;
  std::string address_;  // our own, as it was last looked at
  std::unique_ptr<MemberLife> member_;
  std::unique_ptr<Joining> joining_;
  loop::Timer later_;
  loop::Timer pause_;
};

}  // namespace muster::agent
