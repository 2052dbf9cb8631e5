// One authenticated connection of an operator, an orchestrator or a broker's watcher: the bus, who
// we are, and whom we believe.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "orchestrator/client/bans.hpp"
#include "orchestrator/client/endorsements.hpp"
#include "orchestrator/client/link_driver.hpp"
#include "orchestrator/client/observers.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"
#include "proto/base/throttle.hpp"
#include "proto/security/known_roots.hpp"
#include "proto/security/signer.hpp"
#include "proto/security/trust_store.hpp"
#include "proto/transport/bus.hpp"

namespace muster::settings {
struct Settings;
}

namespace muster::client {

class LinkDirectory;

// Puppet CAs, revocation lists and bans waiting to be verified: a line for the CAs, one for the bans, one for
// each root's lists.
inline constexpr base::FairLimits kTrustQueue{.items = 40'000,
                                              .per_sender = 10'000,
                                              .bytes = std::size_t{256} << 20U,
                                              .bytes_per_sender = std::size_t{64} << 20U};
// Revocation lists that wait for their root to become known.
inline constexpr std::size_t kListsOfUnknownRootsMax = 16;
inline constexpr std::chrono::milliseconds kTrustPatience{
    5'000};  // for the broker to have told whom to believe
inline constexpr std::chrono::milliseconds kPublishPatience{
    10'000};  // for the broker to acknowledge

// Thread-safe after open(). Must outlive everything that uses it (Fleet, Caller, Records).
class Link {
 public:
  // Reads key and certificates, connects to the listener for our kind. Puppet CAs come from the
  // settings' folder at once, and from the bus as they appear, with who was revoked or banned. With `sole`, only one
  // process with this key may have a link of that purpose: a second one takes it over, and both hear
  // LinkState::taken_over; it is an orchestrator's, whose end the broker tells (kOrchestratorLeft). Else each process is another
  // client, and none can be guessed.
  static Result<std::unique_ptr<Link>> open(const settings::Settings& settings,
                                            transport::Bus::LinkHandler on_link = {},
                                            const std::string& sole = {});
  // For tests: a bus and identities made elsewhere. Roots that follow are not learnt. `driver`: not for what is learnt below
  // trust/, which has a thread of its own; without one, a program's threads.
  Link(std::unique_ptr<transport::Bus> bus, security::Signer signer, std::string collective,
       const base::Clock& clock);
  Link(std::unique_ptr<transport::Bus> bus, security::Signer signer, std::string collective,
       const base::Clock& clock, std::unique_ptr<LinkDriver> driver);
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
  // Believes a verified endorsement or withdrawal, unless one with a higher number is known: false then. One whose
  // signer was revoked meanwhile ends at once. Errc::limit when there are too many CAs: as Endorsements::take(),
  // and of trusted ones at security::kAnchorsMax.
  Result<bool> believe(const admission::Endorsement& endorsement);
  // That Errc::limit, as it would be now.
  Status room_for(const admission::Endorsement& endorsement) const;
  // The name belongs to that CA from now on, by a record that was verified. What was refused may be
  // believed now: told by on_new_ca().
  void bind(const std::string& name, const std::string& ca_fingerprint);

  // What the roots say who follows them; null in tests that gave none.
  const security::KnownRoots* roots() const { return roots_.get(); }
  // From now on operators() follows `roots`, and learn_trust() learns from the bus what follows them.
  Status obey(std::unique_ptr<security::KnownRoots> roots);
  // A root's statement (security::KnownRoots::take): operators() follows it. Errc::aborted when this
  // link learns no roots.
  Result<bool> take_root_statement(std::string_view message);

  // What was heard of endorsements and bans and refused for a reason that passes (JudgeLater) is judged once more,
  // on the thread that learns trust. The link itself does so when there is room for CAs again; the passing of time
  // is for others to tell, now and then.
  void judge_again();

  // Believes a revocation list that one of our roots signed, unless one with its number or a higher
  // one is known: false then. Endorsements whose signer stands in it end, which is logged.
  Result<bool> take(const x509::RevocationList& list);
  // Does what take() does of a list, after lists were given to operators() itself: from a disk.
  void revocations_changed();
  // Believes a verified ban, or that it was lifted, as BanList::take().
  Result<bool> take(const Ban& ban);
  // Which nodes nobody listens to.
  const BanList& bans() const { return bans_; }

  // Starts to learn from the bus which roots follow ours, which Puppet CAs to believe, who was revoked
  // and which nodes are banned. Called by open(). `home`: a collective where that is told as well; a
  // subcollective's nodes have the CAs of the whole.
  Status learn_trust(const std::string& home = {});
  // Whatever the broker had told of this when called is known. A message that does not verify
  // may only be ahead of its CA: wait_trust(), and try again. Never from a bus handler.
  Status wait_trust(std::chrono::milliseconds patience = kTrustPatience);
  // What has been heard of this so far is known: before a message is judged, so that one which
  // came later than a list or a ban is judged by it. At once when nothing waits.
  void catch_up();
  // Everything the broker had queued for us when called has been received: subscribes are answered
  // in order, so a message to ourselves marks the end of the retained ones. Errc::timeout after
  // `patience`.
  Status echo(std::chrono::milliseconds patience);

  // As echo(), without waiting: `passed` is called on the bus's thread. When the link is lost before,
  // never.
  Status mark(std::function<void()> passed);

  // What the bus keeps, and what we keep there. Begins when it is asked for first.
  LinkDirectory& directory();

  // Where what others signed is verified.
  Verifiers verifiers();

  // A Puppet CA has become known, or a name belongs to another: what was refused may be believed
  // now. Heard on any thread but the bus's.
  Observers& on_new_ca();
  // A revocation list or a ban counts from now on: who was believed may not be any more. Heard on any
  // thread but the bus's; an observer must not wait for wait_trust().
  Observers& on_fewer_believed();
  // A message below trust/ was verified, and an endorsement, a ban or a list in it counts from now on, or in a
  // moment. The handler hears it on the thread that learns trust, and must not wait for wait_trust(); an empty one
  // ends it, and nothing is heard any more once this returns.
  using LearntHandler = std::function<void(const transport::Message& message)>;
  void on_learnt(LearntHandler handler);
  // Another root is obeyed, or one is not any more. Heard on any thread but the bus's.
  Observers& on_new_roots();
  // The link was lost: of what is retained, changes will be missed. All messages of this link have
  // been handed on, and none of the next. Heard on the bus's thread.
  Observers& on_lost();
  // The broker is reached again and our subscriptions stand: retained messages come anew, or have
  // begun to. Heard on the bus's thread.
  Observers& on_relinked();
  // What becomes of the bus. For whoever made it; open() does.
  void hear(transport::LinkState state);

 private:
  struct Background;
  void hear_trust(const transport::Message& message, base::Throttle& lines);
  Result<bool> learn(const transport::Message& message);
  Status learn_below(const std::string& collective);
  std::string line_of(const std::string& topic) const;
  Status learn_list(const transport::Message& message);
  Result<bool> learn_root(const transport::Message& message);
  Result<bool> learn_ban(const transport::Message& message);
  Result<bool> learn_endorsement(const transport::Message& message);
  Status judge_number(std::uint64_t number, const std::string& signer,
                      const transport::Message& message);
  Result<bool> take_endorsement(const admission::Endorsement& endorsement);
  void end_endorsements();
  void tell_if_revoked_ourselves() const;
  std::unique_ptr<transport::Bus> bus_;
  security::Signer signer_;
  std::string collective_;
  std::string session_;
  const base::Clock& clock_;
  security::TrustStore operators_;
  std::unique_ptr<security::KnownRoots> roots_;  // set before learn_cas(), and never again
  security::TrustStore nodes_;
  Endorsements endorsements_;
  BanList bans_;
  std::unique_ptr<Background> background_;
  std::unique_ptr<LinkDriver> driver_;
};

}  // namespace muster::client
