#include "orchestrator/admission/master_name.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "proto/base/names.hpp"

namespace muster::admission {
namespace {

std::string described(const NameClaim& claim) {
  if (claim.endorsement == nullptr) return std::string(claim.ca);
  return fmt::format("{} ({})", claim.ca, base::quoted(claim.endorsement->certificate.subject()));
}

Status is_its_ca(const NameClaim& claim) {
  if (!claim.master_of.empty()) {
    if (std::find(claim.master_of.begin(), claim.master_of.end(), claim.ca) !=
        claim.master_of.end())
      return {};
    return fail(
        Errc::refused,
        fmt::format("{} is the name of the master that is endorsed with the CA {}, and its "
                    "certificate is of the CA {}",
                    base::quoted(claim.name), fmt::join(claim.master_of, ", "), described(claim)));
  }
  if (claim.provisioned_by.empty() || claim.provisioned_by == claim.ca) return {};
  return fail(Errc::refused,
              fmt::format("{} was provisioned by the CA {}, and its certificate is of the CA {}",
                          base::quoted(claim.name), claim.provisioned_by, described(claim)));
}

}  // namespace

Status may_speak(const NameClaim& claim, std::int64_t now_ms) {
  if (claim.ca.empty())
    return fail(Errc::refused,
                fmt::format("the certificate of {} was issued by none of the trusted CAs itself",
                            base::quoted(claim.name)));
  if (claim.endorsement != nullptr) MUSTER_TRY(still_counts(*claim.endorsement, now_ms));
  MUSTER_TRY(is_its_ca(claim));
  if (claim.endorsement == nullptr || covers(*claim.endorsement, claim.name)) return {};
  return fail(Errc::refused,
              fmt::format("the CA {} may issue {}, and not {}", described(claim),
                          fmt::join(claim.endorsement->patterns, ", "), base::quoted(claim.name)));
}

}  // namespace muster::admission
