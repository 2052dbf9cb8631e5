#include "orchestrator/admission/master_endorsement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/admission/statement_number.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/security/join_token.hpp"

namespace muster::admission {
namespace {

// OpenSSL looks for a certificate's CA, and for that one's revocation list, by name: of two that are called
// alike it may take either, and refuses the nodes of the other. Of one key nobody can say which of two CA
// certificates has issued a third.
Status can_be_told_apart(const Endorsement& offered, const Endorsement& other,
                         std::int64_t now_ms) {
  const auto refused = [&](std::string_view what, const std::string& to_do) {
    return fail(
        Errc::refused,
        fmt::format("the CA {} has the {} of the CA {}: nodes of one could not be told from the "
                    "other's. {}",
                    offered.fingerprint(), what, other.fingerprint(), to_do));
  };
  if (offered.certificate.public_key().same_public(other.certificate.public_key()))
    return refused("key",
                   same_ca(offered.certificate, other.certificate)
                       ? "Is it that one, renewed? Then an operator adds it: muster trust add"
                       : "Make the new one with a key of its own");
  if (offered.certificate.same_subject(other.certificate) && still_counts(other, now_ms))
    return refused(
        "name", fmt::format("Make the new one under a name of its own (ca_name in puppet.conf), or "
                            "withdraw the first: muster trust remove {}",
                            other.fingerprint()));
  return {};
}

Status renews(const Endorsement& offered, const Endorsement& other, std::int64_t now_ms) {
  if (!still_counts(other, now_ms) ||
      offered.certificate.not_after_ms() > other.certificate.not_after_ms())
    return {};
  return fail(Errc::refused,
              fmt::format("the CA {} is trusted by another certificate of the same name and key, "
                          "{}, which ends later, on {}: add that one, or a newer one",
                          base::quoted(offered.certificate.subject()), other.fingerprint(),
                          base::iso8601(other.certificate.not_after_ms())));
}

}  // namespace

Status check_endorsement(const Endorsement& endorsement) {
  if (!endorsement.certificate.is_ca())
    return fail(Errc::invalid_data, fmt::format("{} is not a CA's certificate",
                                                base::quoted(endorsement.certificate.subject())));
  if (!endorsement.withdrawn)
    if (auto strong = endorsement.certificate.public_key().strong_enough(); !strong)
      return fail(
          strong.error().within("the CA " + base::quoted(endorsement.certificate.subject())));
  if (endorsement.certificate.der().size() > kCaCertificateMaxBytes)
    return fail(Errc::invalid_data,
                fmt::format("the certificate of the CA {} has {} bytes; the limit is {}",
                            base::quoted(endorsement.certificate.subject()),
                            endorsement.certificate.der().size(), kCaCertificateMaxBytes));
  if (endorsement.offered_by.size() > kOfferedByMaxBytes)
    return fail(Errc::invalid_data,
                fmt::format("who offers a CA is told in {} bytes at most", kOfferedByMaxBytes));
  if (endorsement.retired_by.size() > kRetiredByMaxBytes)
    return fail(Errc::invalid_data, fmt::format("who retired a master is told in {} bytes at most",
                                                kRetiredByMaxBytes));
  if (endorsement.is_retired() && (endorsement.master.empty() || endorsement.retired_at_ms <= 0))
    return fail(Errc::invalid_data,
                fmt::format("the CA {} is said to be retired by {}, but not of which master, or "
                            "not when",
                            base::quoted(endorsement.certificate.subject()),
                            base::quoted(endorsement.retired_by)));
  if (endorsement.number > kNumberMax)
    return fail(Errc::invalid_data, fmt::format("an endorsement's number is {} at most, not {}",
                                                kNumberMax, endorsement.number));
  if (!endorsement.master.empty()) MUSTER_TRY(base::check_identity(endorsement.master));
  if (endorsement.patterns.empty() && !endorsement.withdrawn)
    return fail(Errc::invalid_data,
                fmt::format("which names may the CA {} issue? Give patterns; '*' is all names",
                            base::quoted(endorsement.certificate.subject())));
  if (endorsement.patterns.size() > kPatternsMax)
    return fail(Errc::invalid_data, fmt::format("{} name patterns for one CA; the limit is {}",
                                                endorsement.patterns.size(), kPatternsMax));
  for (const auto& pattern : endorsement.patterns)
    MUSTER_TRY(security::check_identity_glob(pattern));
  if (!endorsement.facts.is_object() || endorsement.facts.dump().size() > kMasterFactsMaxBytes)
    return fail(Errc::invalid_data,
                fmt::format("a master's facts must be a map of at most {} bytes as JSON",
                            kMasterFactsMaxBytes));
  return {};
}

bool same_ca(const x509::Certificate& one, const x509::Certificate& other) {
  return one.same_subject(other) && one.public_key().same_public(other.public_key());
}

bool replaces(const Endorsement& offered, const Endorsement& known) {
  if (offered.number != known.number) return offered.number > known.number;
  if (offered.withdrawn != known.withdrawn) return offered.withdrawn;
  if (offered.retired_at_ms != known.retired_at_ms)
    return offered.retired_at_ms > known.retired_at_ms;
  return offered.endorsed_by < known.endorsed_by;
}

Status still_counts(const Endorsement& endorsement, std::int64_t now_ms) {
  if (!endorsement.withdrawn && endorsement.ends_at_ms > now_ms) return {};
  const auto subject = base::quoted(endorsement.certificate.subject());
  if (endorsement.withdrawn)
    return fail(Errc::refused, fmt::format("the CA {} was withdrawn by {}", subject,
                                           base::quoted(endorsement.endorsed_by)));
  return fail(Errc::refused,
              fmt::format("the endorsement of the CA {} ended on {}, with the certificate of {}; "
                          "orchestrators sign anew in time while one runs; 'muster trust add' does "
                          "now",
                          subject, base::iso8601(endorsement.ends_at_ms),
                          base::quoted(endorsement.endorsed_by)));
}

bool covers(const Endorsement& endorsement, std::string_view name) {
  if (!endorsement.master.empty() && endorsement.master == name) return true;
  return std::any_of(endorsement.patterns.begin(), endorsement.patterns.end(),
                     [&](const auto& pattern) { return security::glob_match(pattern, name); });
}

Status may_be_endorsed(const Endorsement& offered, const std::vector<Endorsement>& known,
                       std::int64_t now_ms) {
  MUSTER_TRY(check_endorsement(offered));
  for (const auto& other : known) {
    const bool same = other.fingerprint() == offered.fingerprint();
    if (same && other.withdrawn)
      return fail(Errc::refused,
                  fmt::format("the CA {} was withdrawn by {}; an operator may add it again with "
                              "'muster trust add'",
                              base::quoted(offered.certificate.subject()),
                              base::quoted(other.endorsed_by)));
    if (same && other.master != offered.master && still_counts(other, now_ms))
      return fail(Errc::refused,
                  fmt::format("{} offers the CA {}, {}; 'muster trust add' changes that",
                              base::quoted(offered.master), offered.fingerprint(),
                              other.master.empty()
                                  ? "which is endorsed without a master"
                                  : "of which " + base::quoted(other.master) + " is the master"));
    if (!same) MUSTER_TRY(can_be_told_apart(offered, other, now_ms));
    if (same || other.master.empty() || other.master != offered.master) continue;
    if (still_counts(other, now_ms))
      return fail(Errc::refused,
                  fmt::format("{} is the master of the CA {}, and offers another, {}; if it was "
                              "made anew, withdraw the first: muster trust remove {}",
                              offered.master, other.fingerprint(), offered.fingerprint(),
                              other.fingerprint()));
  }
  return {};
}

Status may_be_added(const Endorsement& offered, const std::vector<Endorsement>& known,
                    std::int64_t now_ms) {
  MUSTER_TRY(check_endorsement(offered));
  for (const auto& other : known) {
    if (other.fingerprint() == offered.fingerprint()) continue;
    MUSTER_TRY(same_ca(offered.certificate, other.certificate)
                   ? renews(offered, other, now_ms)
                   : can_be_told_apart(offered, other, now_ms));
  }
  return {};
}

void take_over(Endorsement& offered, const std::vector<Endorsement>& known, std::int64_t now_ms) {
  for (const auto& other : known) {
    if (!same_ca(offered.certificate, other.certificate) || !still_counts(other, now_ms)) continue;
    if (offered.master.empty()) offered.master = other.master;
    if (offered.master == other.master && offered.facts.empty()) offered.facts = other.facts;
  }
  keep_retirement(offered, known);
}

void keep_retirement(Endorsement& offered, const std::vector<Endorsement>& known) {
  for (const auto& other : known) {
    if (other.withdrawn || other.master != offered.master ||
        other.retired_at_ms <= offered.retired_at_ms ||
        !same_ca(offered.certificate, other.certificate))
      continue;
    offered.retired_by = other.retired_by;
    offered.retired_at_ms = other.retired_at_ms;
  }
}

}  // namespace muster::admission
