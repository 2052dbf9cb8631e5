// What discovery, calls and records ask of a link: the bus, what this program keeps there and hears of it, and whom it believes.
// Nothing here opens a socket, starts a thread or reads a clock of its own: Link is this in a program, a simulation has another.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/client/bans.hpp"
#include "orchestrator/client/echoes.hpp"
#include "orchestrator/client/link_driver.hpp"
#include "orchestrator/client/observers.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/security/sealer.hpp"
#include "proto/security/trust.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/bus.hpp"

namespace muster::client {

class LinkDirectory;

inline constexpr std::chrono::milliseconds kTrustPatience{
    5'000};  // for the broker to have told whom to believe

// Thread-safe, as far as its driver has threads. Must outlive everything that uses it (Fleet, Caller, Records).
class LinkCore {
 public:
  LinkCore(const LinkCore&) = delete;
  LinkCore& operator=(const LinkCore&) = delete;
  virtual ~LinkCore();

  transport::Bus& bus() { return *bus_; }
  const std::string& caller() const { return caller_; }
  const std::string& collective() const { return collective_; }
  const std::string& session() const { return session_; }  // random, a level of the reply topic
  const base::Clock& clock() const { return clock_; }
  // For an id that nobody can guess, and nobody has had before.
  std::string new_id() { return driver_->random().id(); }

  // Puts our name under a message.
  virtual const security::Sealer& sealer() const = 0;
  // Who may command.
  virtual security::Trust& operators() = 0;
  // Who answers.
  virtual security::Trust& nodes() = 0;
  // Whether what a node sent, verified under nodes(), may come from one of that name: Errc::refused when its CA is not the one
  // whose the name is. A refusal is remembered for whoever asks after it, as is note_refused().
  virtual Status may_speak(const security::Opened& opened) = 0;
  // The CA that issued what it is signed with, as Member::ca_fingerprint names it.
  virtual std::string ca_of(const security::Opened& opened) = 0;
  // Why nobody listens to that node; nothing: somebody does.
  virtual std::optional<Ban> banned(std::string_view identity) const = 0;
  virtual void note_refused(const std::string& identity, const Error& why) = 0;
  // Whether a certificate with that serial (hex) is one that its root has revoked.
  virtual bool is_revoked(const std::string& serial) const = 0;
  // The name belongs to that CA from now on, by a record that was verified. What was refused may be
  // believed now: told by on_new_ca().
  virtual void bind(const std::string& name, const std::string& ca_fingerprint) = 0;
  // Whatever the broker had told of this when called is known. A message that does not verify
  // may only be ahead of its CA: wait_trust(), and try again. Never from a bus handler.
  virtual Status wait_trust(std::chrono::milliseconds patience) = 0;
  Status wait_trust() { return wait_trust(kTrustPatience); }
  // What has been heard of this so far is known: before a message is judged, so that one which
  // came later than a list or a ban is judged by it. At once when nothing waits.
  virtual void catch_up() = 0;

  // Everything the broker had queued for us when called has been received: subscribes are answered
  // in order, so a message to ourselves marks the end of the retained ones. Errc::timeout after
  // `patience`. For a thread that waits.
  Status echo(std::chrono::milliseconds patience);
  // As echo(), without waiting: `passed` is called on the bus's thread. When the link is lost before,
  // never.
  Status mark(std::function<void()> passed);

  // What the bus keeps, and what we keep there. Begins when it is asked for first.
  LinkDirectory& directory();
  // Where what others signed is verified.
  Verifiers verifiers() { return driver_->verifiers(); }

  // A Puppet CA has become known, or a name belongs to another: what was refused may be believed
  // now. Heard on any thread but the bus's.
  Observers& on_new_ca() { return new_ca_; }
  // A revocation list or a ban counts from now on: who was believed may not be any more. Heard on any
  // thread but the bus's; an observer must not wait for wait_trust().
  Observers& on_fewer_believed() { return fewer_believed_; }
  // The link was lost: of what is retained, changes will be missed. All messages of this link have
  // been handed on, and none of the next. Heard on the bus's thread.
  Observers& on_lost() { return lost_; }
  // The broker is reached again and our subscriptions stand: retained messages come anew, or have
  // begun to. Heard on the bus's thread.
  Observers& on_relinked() { return relinked_; }
  // What becomes of the bus. For whoever made it.
  void hear(transport::LinkState state);

 protected:
  // `caller`: our name. The clock must outlive it.
  LinkCore(std::unique_ptr<transport::Bus> bus, std::string caller, std::string collective,
           const base::Clock& clock, std::unique_ptr<LinkDriver> driver);
  // Ends the bus, whose handlers use what a derived class has: first in its destructor.
  void close();

 private:
  std::unique_ptr<transport::Bus> bus_;
  const std::string caller_;
  const std::string collective_;
  const base::Clock& clock_;
  std::unique_ptr<LinkDriver> driver_;
  const std::string session_;
  Echoes echoes_;
  Observers new_ca_;
  Observers fewer_believed_;
  Observers lost_;
  Observers relinked_;
  base::Guarded<std::unique_ptr<LinkDirectory>> directory_;  // null until it is asked for
};

}  // namespace muster::client
