// What a node needs of the world, as its core asks for it. Three drivers give it: the agent's daemon (Paho, threads, files),
// muster-swarm (many cores over one epoll loop) and the simulation (virtual time).
//
// The core calls a Host, and the driver calls the Node's on_…() functions (node.hpp), all on one thread: the loop's. A call of
// a Host never blocks for long, and never calls the Node back before it returns: what takes time comes later, as an event.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node-agent/presence/own_presence.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/random.hpp"
#include "proto/loop/timers.hpp"
#include "proto/transport/message.hpp"

namespace muster::agent {

struct AnnouncementContent;

// Which listener of the broker: the members', with the Puppet certificate, or the join zone's, with the token's password.
enum class Door { member, join };

// What a subscription is for; each message comes back with it.
enum class Feed {
  lists,     // trust/revoked/+: the roots' revocation lists
  roots,     // what is retained about roots
  presence,  // our own
  node,      // requests on our own topic
  agents,    // requests to agents: broadcasts
  join       // what comes down to us in the join zone: answers and requests
};

// Of subscribe(): the node's own number for it.
using Ticket = std::uint64_t;

// What the node shows, as it is when it was looked at.
struct View {
  std::shared_ptr<const Value> facts;         // all; never null
  Value agent_facts = Value::object();        // what agents add to presence
  std::vector<std::string> agents;            // offered at the moment, sorted
  std::vector<std::string> classes;           // Puppet's
  std::vector<std::string> doubtful_classes;  // where bytes of classes are no UTF-8, for people
  std::string address;                        // our own on the way to the broker; may be empty
  std::vector<std::string> roots;             // security::KnownRoots::marks()
  bool certificate_renewed = false;  // a usable one is there that the link was not made with
  std::string other_name;            // the host's, where it is not the node's any more; else empty
};

// What the machine is called and what Puppet says, while the node may still be named anew.
struct Names {
  std::string other;  // as View::other_name
  bool puppet_changed =
      false;  // Puppet, or its puppet.conf, is another than when we looked where it keeps things
};

// What became of rereading the configuration.
struct Reread {
  enum class Kind {
    kept,      // it cannot be read, which the driver has logged; the old one stays in force
    in_place,  // what changed is in force, beside the work
    anew       // the node must be made anew
  };
  Kind kind = Kind::kept;
  std::uint64_t gathers = 0;  // in_place: the collection of facts that ends it
};

// What a node is made with; it stays while the node lives.
struct Identity {
  std::string name;
  std::string version;
  std::vector<std::string> collectives;  // the first is the main one
  std::int64_t started_at_ms = 0;
  std::string session;          // new with each start
  std::string token;            // a join token's JWT; empty: there is none, and so no join zone
  std::string join_collective;  // that the token is for
  std::chrono::seconds registration_interval{0};  // 0: it does not register
  std::chrono::seconds registration_splay{0};
};

enum class End { stopped, reload };

// On the loop's thread. Outlives the node.
class Host {
 public:
  virtual ~Host() = default;

  virtual loop::Timers& timers() = 0;
  virtual loop::Random& random() = 0;
  // Runs actions; refuses with Errc::limit when its queue is full. What runs there may outlive the node: it uses agents, gate
  // and clock, which must outlive the executor.
  virtual loop::Executor& actions() = 0;

  // --- the link: one at a time ---
  // on_up() or on_refused() follows, with Errc::refused when the broker does not take the certificate or the password. Until
  // leave(), on_link() tells what becomes of it; the driver connects again by itself, and keeps the subscriptions. A last will
  // takes presence (of a member) or the announcement (in the join zone) down.
  virtual void connect(Door door) = 0;
  // Sends what was published, for kLeavePatience at most, and hangs up; on_left() follows. Nothing is heard from it any more.
  virtual void leave() = 0;
  // As transport::Bus::publish(). Errc::unavailable without a link.
  virtual Status publish(std::string_view topic, std::string payload,
                         const transport::PublishOptions& options) = 0;
  // All or none of these; on_subscribed() follows with the ticket. In the order of asking, which is that of the broker's
  // answers: what it retains for one has been heard before the next is answered.
  virtual void subscribe(Ticket ticket, Feed feed, std::vector<std::string> filters) = 0;
  virtual void unsubscribe(std::vector<std::string> filters) = 0;
  // Requests that have come and wait to be given to the node. Senders have a line and a turn each.
  virtual std::size_t requests_waiting() const = 0;

  // --- what is looked at or done beside the loop ---
  virtual std::vector<std::string> agents() const = 0;              // offered at the moment, sorted
  virtual void look() = 0;                                          // on_view() follows
  virtual void look_at_names(bool thoroughly) = 0;                  // on_names() follows; see Names
  virtual void seal_announcement(AnnouncementContent content) = 0;  // on_announcement() follows
  // Has facts collected; the number of that collection, for has_gathered(). on_gathered() follows each.
  virtual std::uint64_t gather() = 0;
  virtual bool has_gathered(std::uint64_t number) const = 0;

  // --- trust ---
  // A message of trust/revoked/<root>: verified beside the loop, then in force.
  virtual void hear_list(transport::Message message) = 0;
  // Waits until all that was heard so far is verified, kListsPatience at most; on_lists_verified() follows.
  virtual void verify_lists() = 0;
  // A retained statement about a root. True when it changed whom the node obeys; an Error when it is not believed.
  virtual Result<bool> follow_root(const std::string& statement) = 0;
  // Who is behind a presence of ours that we did not show; nothing when it is this very session's.
  virtual std::optional<OtherPresence> read_other(const transport::Message& message) const = 0;

  // --- time ---
  virtual std::int64_t machine_ms() const = 0;  // of the machine's own clock
  // Time is judged with the machine's clock and this offset from now on; an orchestrator said `told_ms`.
  virtual void correct_clock(std::int64_t offset_ms, std::int64_t told_ms) = 0;

  // --- on disk, and beside the bus ---
  virtual void remember_joined() = 0;  // that the node is a member under its name
  virtual bool has_joined() const = 0;
  // Whoever asks for this job hears from now on that it has ended.
  virtual void settle_job(const std::string& id) = 0;
  // On a master: its CA's revocation list is brought to the broker; `again`: also when it was before.
  virtual void deliver_revocations(bool again) = 0;
  virtual bool has_certificate() const = 0;  // a usable one of our own
  virtual void keep_certificate() = 0;       // has it renewed before it ends, from now on
  virtual Reread reread() = 0;               // the configuration, and puts in force what can be
  virtual void rest() = 0;  // nothing has happened for a while: what start-up needed may go

  // --- for people ---
  virtual void status(const std::string& text) = 0;  // one line: the log and the service manager
  // The node's life is over; nothing more is asked of the host.
  virtual void ended(End end) = 0;
};

}  // namespace muster::agent
