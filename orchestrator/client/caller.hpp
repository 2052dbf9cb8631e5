// Remote calls: one request, and for each node exactly one result.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/filter/text.hpp"
#include "proto/transport/bus.hpp"

namespace muster::client {

class LinkCore;

// Replies waiting to be verified; a reply holds 768 KiB of data at most.
inline constexpr base::FairLimits kReplyQueue{.items = 200'000,
                                              .per_sender = 1'000,
                                              .bytes = std::size_t{1} << 30U,
                                              .bytes_per_sender = std::size_t{16} << 20U};
inline constexpr std::size_t kTargetsPerRequest = 500;  // identities named in one signed request

// What became of one node. `silent` is the only one that no message stands for; `filtered` comes
// only when Call::tell_mismatch asks for it.
enum class Outcome { ok, failed, refused, expired, busy, filtered, silent };
std::string_view name_of(Outcome outcome);

struct NodeResult {
  std::string identity;
  Outcome outcome = Outcome::silent;
  int status = 0;       // 0 ok, 1-5 as MCollective's
  std::string message;  // of a silent one: why nobody listens to it, when it is banned
  Value data;
  std::uint64_t left_out_bytes = 0;
  std::chrono::microseconds took{0};  // from publishing the request to the verified reply
};

// Where a single node is reached before it has a certificate: the join zone.
struct JoinAddress {
  std::string client_id;
  std::string public_key;  // DER; its replies must be signed with it
};

// What approvers signed, for nodes and orchestrators to check.
struct Attached {
  std::string statement = {};               // its text; empty: nothing is attached
  std::vector<std::string> approvals = {};  // sealed
};

struct Call {
  std::string agent;
  std::string action;
  Value arguments;      // a map
  filter::Text filter;  // judged on the nodes
  std::vector<std::string>
      targets;  // when not empty: addressed directly, one signature for up to 500
  std::vector<std::string>
      expected;  // whose answers end the call; empty: `targets`, else wait until the timeout
  std::chrono::milliseconds timeout{10'000};  // until the silent are named
  std::chrono::seconds ttl{60};
  // The nodes end the action after so long, if its description does not say sooner; 0: that alone.
  std::chrono::seconds action_limit{0};
  transport::Qos qos = transport::Qos::at_least_once;
  bool confirmed = false;  // as many nodes as there are are meant: policies' max_nodes asks for it
  bool tell_mismatch = false;  // nodes that the filter does not match answer too
  // Where replies go. Nothing: to this call. Else only send() is of use: "" is nowhere, a word is
  // another session of this caller's, which `muster replies` shows.
  std::optional<std::string> reply_session;
  Attached approved = {};
};

struct CallResult {
  std::string request_id;
  std::vector<NodeResult>
      results;  // one for each node that answered or was expected; sorted by identity
  std::vector<std::string> unexpected;  // answered though not expected (also in results); sorted
  std::string send_error;  // why not everybody was sent the request; who was not is silent
  std::size_t duplicates = 0;
  std::size_t unverified = 0;   // replies that did not verify
  std::string last_unverified;  // why, of the last one
  std::chrono::microseconds took{0};
  std::vector<std::string> silent() const;       // who did not answer
  std::vector<std::string> not_matched() const;  // whom the filter did not match: nothing was done
  bool complete() const;                         // nobody silent
  bool all_ok() const;
};

// Thread-safe: many calls at once from many threads. Replies are verified on a thread of the
// caller's own: signature, chain, signer equals the topic's last level, request id ours.
class Caller {
 public:
  // As they arrive, on Caller's thread; never after call() or wait() has returned.
  using ResultHandler = std::function<void(const NodeResult&)>;

  static Result<std::unique_ptr<Caller>> start(LinkCore& link);
  ~Caller();

  // Errors are only of our own side: not connected, a request too large. Nodes' failures are
  // results.
  Result<CallResult> call(const Call& call, const ResultHandler& on_result = {});

  // Sends and forgets; the request's id.
  Result<std::string> send(const Call& call);

  // A call whose expected nodes become known while it is under way: ping sends before presence is
  // complete.
  class Pending;
  Result<std::shared_ptr<Pending>> begin(const Call& call, ResultHandler on_result = {});

  // One node, in its collective or in the join zone. A reply with status 1-5, a refusal or silence
  // is an Error (Errc::timeout "n1 did not answer provision#claim within 5 s").
  Result<Value> call_one(const std::string& identity, const JoinAddress* join,
                         const std::string& agent, const std::string& action,
                         const Value& arguments, std::chrono::milliseconds timeout);

  // The same question to several members of the collective at once, with the errors of call_one.
  // In the order of `identities`.
  std::vector<Result<Value>> call_each(const std::vector<std::string>& identities,
                                       const std::string& agent, const std::string& action,
                                       const Value& arguments, std::chrono::milliseconds timeout);

  // The same without a thread that waits: begin_each() sends, Pending::on_complete() tells when all have answered, and
  // whoever's patience is over before takes what has come with Pending::end(). `join`: where the one node of `identities`
  // is reached; null: in the collective.
  Result<std::shared_ptr<Pending>> begin_each(const std::vector<std::string>& identities,
                                              const JoinAddress* join, const std::string& agent,
                                              const std::string& action, const Value& arguments,
                                              std::chrono::milliseconds timeout);
  // What came of it, as call_each() says it. `what`: "agent#action".
  static std::vector<Result<Value>> values_of(const std::vector<std::string>& identities,
                                              const CallResult& call, const std::string& what,
                                              std::chrono::milliseconds timeout);

 private:
  struct Impl;
  explicit Caller(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Shared by the caller's thread and the one that began it. Thread-safe.
class Caller::Pending {
 public:
  virtual ~Pending() = default;
  virtual void expect(const std::vector<std::string>& identities) = 0;
  // No more will be expected: the call ends when the last of them has answered.
  virtual void all_expected() = 0;
  virtual CallResult wait() = 0;  // until complete or the deadline; once
  // Instead of wait(). `then` is called once, when the call is complete: within this, or on the caller's thread, where it
  // must only enqueue. Never, when it does not complete.
  virtual void on_complete(std::function<void()> then) = 0;
  // Ends the call now: who has not answered is silent. Once, in place of wait().
  virtual CallResult end() = 0;
};

}  // namespace muster::client
