// What operators ask of nodes by name: provision them again, go on, stop, forget. docs/adr/0077-orders-name-nodes.md.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "orchestrator/provision/order_checks.hpp"
#include "proto/base/result.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

enum class Order { again, new_certificate, retry, cancel, forget };

// A master that is to go, and what tells its CA from others.
struct MovedFrom {
  std::string master;
  std::string ca_pem;
  std::string retired_by;
  // Of the fingerprint of any certificate of a CA.
  std::function<bool(const std::string& ca_fingerprint)> is_its_ca;
};

// On the loop's thread. What it is given must outlive it. Every orchestrator hears an order and does what it can: each is
// harmless when done twice.
class Orders {
 public:
  using Parts = OrderChecks::Parts;
  // `as`: this orchestrator's name in records.
  Orders(const Parts& parts, const std::string& as) : parts_(parts), as_(as), checks_(parts, as) {}

  // What else is to be known of a node, often nothing; Errc::aborted says why nothing was done.
  using Outcome = Result<std::string>;
  // All nodes at once; the outcomes are in their order. `by`: the operator, for the record.
  loop::Task<std::vector<Outcome>> carry_out(Order order, std::vector<std::string> nodes,
                                             std::string by);

  // Every step anew, at once. A member is told so first, and keeps the wish; of a node in the join zone only we know.
  loop::Task<Outcome> again(std::string identity);
  // As again(); a member leaves the collective first, and has another key and certificate when it is back: docs/adr/0086-….
  loop::Task<Outcome> new_certificate(std::string identity);
  // As new_certificate(), of a finished member of that very CA, which the node looks at again itself; from then on its record
  // says that it waits, and why. Errc::aborted when it is no such node any more; nothing was done then.
  loop::Task<Outcome> move_away(std::string identity, MovedFrom from);
  // A node that failed, waits or was cancelled goes on after its last finished step, at once, with all attempts before it.
  loop::Task<Outcome> retry(std::string identity);
  // What is under way ends, the lease is given back, and nobody goes on by himself: the record says so until again(), retry()
  // or forget().
  loop::Task<Outcome> cancel(std::string identity, std::string by);
  // Its record goes. What stays of the node all the same is the outcome. What another orchestrator said last longer ago than a
  // lease and ten minutes is no run any more.
  loop::Task<Outcome> forget(std::string identity);

  // No lease is being given back.
  bool idle() const { return releasing_.idle(); }
  // Called whenever one has been.
  void on_end(std::function<void()> handler) { releasing_.on_end(std::move(handler)); }

 private:
  loop::Task<Outcome> carry_out_one(Order order, std::string identity, std::string by);
  // Of who was cancelled, left half-way, or waits for people; false: nothing holds it.
  bool end_hold(const std::string& identity);
  void set_joining_anew(const client::Record& left);
  void set_moving(const client::Record& was, const MovedFrom& from);
  void set_waiting(client::Record record, const std::string& why = {});
  Status may_be_moved(const std::string& identity, const MovedFrom& from) const;
  loop::Task<Status> release(client::Record ended);
  loop::Task<std::string> certificate_left(client::Record record);

  const Parts parts_;
  const std::string as_;
  const OrderChecks checks_;
  loop::Stories releasing_;
};

}  // namespace muster::provision
