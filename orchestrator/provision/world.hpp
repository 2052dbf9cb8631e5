// The remote calls that provisioning makes, as an interface: unit tests play a whole fleet behind
// it.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/provision/master_choice.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

// A master as the engine knows it.
struct Master {
  std::string identity;
  std::string address;  // where nodes reach it
  std::string ca_pem;   // the CA that issued its certificate
  std::string ca_fingerprint;
  std::vector<std::string> issues{"*"};  // globs of the names that its CA may issue
};

// Thread-safe: every node in flight calls it from its own thread. Blocking calls end at their
// timeout.
class World {
 public:
  virtual ~World() = default;

  virtual Result<Value> call(const std::string& identity, const client::JoinAddress* join,
                             const std::string& agent, const std::string& action,
                             const Value& arguments, std::chrono::milliseconds timeout) = 0;
  // Several masters at once; in the order of `identities`.
  virtual std::vector<Result<Value>> call_masters(const std::vector<std::string>& identities,
                                                  const std::string& agent,
                                                  const std::string& action, const Value& arguments,
                                                  std::chrono::milliseconds timeout) = 0;
  // Every master online now, with facts and health (asked at most every few seconds).
  virtual std::vector<Candidate> candidates() = 0;
  virtual Result<Master> master(const std::string& identity) = 0;
  // Reserves a place with a master for as long as a node is provisioned with it. False when it has
  // as many as it may.
  virtual bool enlist(const std::string& master) = 0;
  virtual void dismiss(const std::string& master) = 0;
  // All masters that are known from their CAs, whether they are online or not.
  virtual std::vector<std::string> known_masters() = 0;
  // Remembers, on disk, that `master` still has to clean `certname`; done when it is back.
  virtual Status owe_clean(const std::string& master, const std::string& certname) = 0;
  // The CA that issued the certificate with which the node is a member now; empty when it is not
  // online.
  virtual std::string member_ca(const std::string& identity) = 0;
  // Until the node is online as a member.
  virtual Status wait_member(const std::string& identity, std::chrono::milliseconds timeout) = 0;
  // Until the node says that the job has ended, or `patience` is over; either way the caller asks
  // the node. False when the orchestrator is stopping: nobody is to be asked any more.
  virtual bool wait_job(const std::string& identity, const std::string& job,
                        std::chrono::milliseconds patience) = 0;
  // Waits between tries; false when the orchestrator is stopping.
  virtual bool sleep(std::chrono::milliseconds time) = 0;
  virtual std::int64_t unix_ms() = 0;
};

}  // namespace muster::provision
