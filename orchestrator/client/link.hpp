// One authenticated connection of an operator, an orchestrator or a broker's watcher: the bus, who
// we are, and whom we believe. What of it discovery, calls and records use is LinkCore.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "orchestrator/client/bans.hpp"
#include "orchestrator/client/endorsements.hpp"
#include "orchestrator/client/link_core.hpp"
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

// Puppet CAs, revocation lists and bans waiting to be verified: a line for the CAs, one for the bans, one for
// each root's lists.
inline constexpr base::FairLimits kTrustQueue{.items = 40'000,
                                              .per_sender = 10'000,
                                              .bytes = std::size_t{256} << 20U,
                                              .bytes_per_sender = std::size_t{64} << 20U};
// Revocation lists that wait for their root to become known.
inline constexpr std::size_t kListsOfUnknownRootsMax = 16;
inline constexpr std::chrono::milliseconds kPublishPatience{
    10'000};  // for the broker to acknowledge

// Thread-safe after open(). Must outlive everything that uses it (Fleet, Caller, Records).
class Link final : public LinkCore {
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
  ~Link() override;

  const security::Signer& signer() const { return signer_; }
  const security::Sealer& sealer() const override { return signer_; }
  // Who may command: the anchors of the operator root and of the orchestrator root. The role that
  // security::open() gives is one that the signer's root may give.
  security::TrustStore& operators() override { return operators_; }
  // Who answers: the Puppet CAs known so far.
  security::TrustStore& nodes() override { return nodes_; }
  // Which names each of them may issue, and whose each name is.
  Endorsements& endorsements() { return endorsements_; }
  // Believes a verified endorsement or withdrawal, unless one with a higher number is known: false then. One whose
  // signer was revoked meanwhile ends at once. Errc::limit when there are too many CAs: as Endorsements::take(),
  // and of trusted ones at security::kAnchorsMax.
  Result<bool> believe(const admission::Endorsement& endorsement);
  // That Errc::limit, as it would be now.
  Status room_for(const admission::Endorsement& endorsement) const;
  void bind(const std::string& name, const std::string& ca_fingerprint) override;

  Status may_speak(const security::Opened& opened) override;
  std::string ca_of(const security::Opened& opened) override;
  std::optional<Ban> banned(std::string_view identity) const override {
    return bans_.banned(identity);
  }
  void note_refused(const std::string& identity, const Error& why) override;
  bool is_revoked(const std::string& serial) const override {
    return operators_.revoked(serial).has_value();
  }

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
  using LinkCore::wait_trust;
  Status wait_trust(std::chrono::milliseconds patience) override;
  void catch_up() override;

  // A message below trust/ was verified, and an endorsement, a ban or a list in it counts from now on, or in a
  // moment. The handler hears it on the thread that learns trust, and must not wait for wait_trust(); an empty one
  // ends it, and nothing is heard any more once this returns.
  using LearntHandler = std::function<void(const transport::Message& message)>;
  void on_learnt(LearntHandler handler);
  // Another root is obeyed, or one is not any more. Heard on any thread but the bus's.
  Observers& on_new_roots();

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
  security::Signer signer_;
  security::TrustStore operators_;
  std::unique_ptr<security::KnownRoots> roots_;  // set before learn_cas(), and never again
  security::TrustStore nodes_;
  Endorsements endorsements_;
  BanList bans_;
  std::unique_ptr<Background> background_;
};

}  // namespace muster::client
