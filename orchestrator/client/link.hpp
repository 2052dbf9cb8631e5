// One authenticated connection of an operator, an orchestrator or a broker's watcher: the bus, who
// we are, and whom we believe.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "orchestrator/client/endorsements.hpp"
#include "orchestrator/client/signal.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/security/known_roots.hpp"
#include "proto/security/signer.hpp"
#include "proto/security/trust_store.hpp"
#include "proto/transport/bus.hpp"

namespace muster::settings {
struct Settings;
}

namespace muster::client {

inline constexpr std::size_t kCaQueueMax = 4'096;  // Puppet CAs waiting to be verified
inline constexpr std::chrono::milliseconds kSettlePatience{
    5'000};  // for the broker to have told its CAs
inline constexpr std::chrono::milliseconds kPublishPatience{
    10'000};  // for the broker to acknowledge

// Thread-safe after open(). Must outlive everything that uses it (Fleet, Caller, Records).
class Link {
 public:
  // Reads key and certificates, connects to the listener for our kind. Puppet CAs come from the
  // settings' folder at once and from the bus (trust/ca/+) as they appear. With `sole`, only one
  // process with this key may have a link of that purpose: a second one takes it over, and both hear
  // LinkState::taken_over. Else each process is another client, and none can be guessed.
  static Result<std::unique_ptr<Link>> open(const settings::Settings& settings,
                                            transport::Bus::LinkHandler on_link = {},
                                            const std::string& sole = {});
  // For tests: a bus and identities made elsewhere. Roots that follow are not learnt.
  Link(std::unique_ptr<transport::Bus> bus, security::Signer signer, std::string collective,
       const base::Clock& clock);
  ~Link();

  transport::Bus& bus() { return *bus_; }
  const security::Signer& signer() const { return signer_; }
  const std::string& caller() const { return signer_.name(); }
  const std::string& collective() const { return collective_; }
  const std::string& session() const { return session_; }  // random, a level of the reply topic
  const base::Clock& clock() const { return clock_; }
  // Who may command: the anchors of the operator root and of the orchestrator root. The role that
  // security::open() gives is one that the signer's root may give.
  security::TrustStore& operators() { return operators_; }
  // Who answers: the Puppet CAs known so far.
  security::TrustStore& nodes() { return nodes_; }
  // Which names each of them may issue, and whose each name is.
  Endorsements& endorsements() { return endorsements_; }
  // Believes a verified endorsement or withdrawal, unless one with a higher number is known: false
  // then. Errc::limit when there are too many CAs.
  Result<bool> believe(const admission::Endorsement& endorsement);
  // The name belongs to that CA from now on, by a record that was verified. What was refused may be
  // believed now: told by on_new_ca().
  void bind(const std::string& name, const std::string& ca_fingerprint);

  // What the roots say who follows them; null in tests that gave none.
  const security::KnownRoots* roots() const { return roots_.get(); }
  // From now on operators() follows `roots`, and learn_cas() learns from the bus what follows them.
  Status obey(std::unique_ptr<security::KnownRoots> roots);
  // A root's statement (security::KnownRoots::take): operators() follows it. Errc::aborted when this
  // link learns no roots.
  Result<bool> take_root_statement(std::string_view message);

  // Starts to learn Puppet CAs from the bus. Called by open(). `home`: a collective where they are
  // told as well; a subcollective's nodes have the CAs of the whole.
  Status learn_cas(const std::string& home = {});
  // Every Puppet CA that the broker had told when called is known. A message that does not verify
  // may only be ahead of its CA: settle, and try again. Never from a bus handler.
  Status settle(std::chrono::milliseconds patience = kSettlePatience);
  // Everything the broker had queued for us when called has been received: subscribes are answered
  // in order, so a message to ourselves marks the end of the retained ones. Errc::timeout after
  // `patience`.
  Status fence(std::chrono::milliseconds patience);

  // As fence(), without waiting: `passed` is called on the bus's thread. When the link is lost before,
  // never.
  Status mark(std::function<void()> passed);

  // A Puppet CA has become known, or a name belongs to another: what was refused may be believed
  // now. Heard on any thread but the bus's.
  Signal& on_new_ca();
  // Another root is obeyed, or one is not any more. Heard on any thread but the bus's.
  Signal& on_new_roots();
  // The link was lost: of what is retained, changes will be missed. All messages of this link have
  // been handed on, and none of the next. Heard on the bus's thread.
  Signal& on_lost();
  // The broker is reached again and our subscriptions stand: retained messages come anew, or have
  // begun to. Heard on the bus's thread.
  Signal& on_relinked();
  // What becomes of the bus. For whoever made it; open() does.
  void hear(transport::LinkState state);

 private:
  struct Background;
  Status learn_in(const std::string& collective);
  bool learn(const transport::Message& message, std::string& refusal);
  std::unique_ptr<transport::Bus> bus_;
  security::Signer signer_;
  std::string collective_;
  std::string session_;
  const base::Clock& clock_;
  security::TrustStore operators_;
  std::unique_ptr<security::KnownRoots> roots_;  // set before learn_cas(), and never again
  security::TrustStore nodes_;
  Endorsements endorsements_;
  std::unique_ptr<Background> background_;
};

}  // namespace muster::client
