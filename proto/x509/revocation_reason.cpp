#include <fmt/format.h>

#include <array>

#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::x509 {
namespace {

constexpr std::array kReasons{RevocationReason::unspecified,
                              RevocationReason::key_compromise,
                              RevocationReason::affiliation_changed,
                              RevocationReason::superseded,
                              RevocationReason::cessation_of_operation,
                              RevocationReason::privilege_withdrawn};

}  // namespace

std::string_view name_of(RevocationReason reason) {
  switch (reason) {
    case RevocationReason::key_compromise:
      return "key-compromise";
    case RevocationReason::affiliation_changed:
      return "affiliation-changed";
    case RevocationReason::superseded:
      return "superseded";
    case RevocationReason::cessation_of_operation:
      return "cessation-of-operation";
    case RevocationReason::privilege_withdrawn:
      return "privilege-withdrawn";
    case RevocationReason::unspecified:
      break;
  }
  return "unspecified";
}

Result<RevocationReason> revocation_reason_from(std::string_view text) {
  std::vector<std::string> known;
  for (const auto reason : kReasons) {
    if (text == name_of(reason)) return reason;
    known.emplace_back(name_of(reason));
  }
  return fail(Errc::config,
              fmt::format("{} is no reason{}", base::quoted(text), base::hint_for(text, known)));
}

std::string Revoked::text() const {
  constexpr std::size_t kToTheSecond = 19;  // as lists keep it
  return fmt::format("its certificate was revoked on {}Z ({})",
                     base::iso8601(at_ms).substr(0, kToTheSecond), name_of(reason));
}

}  // namespace muster::x509
