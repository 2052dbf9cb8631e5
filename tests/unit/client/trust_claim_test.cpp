// The order of what stands below trust/: all orchestrators must give the same, or they fight over it.
#include "orchestrator/client/trust_claim.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "orchestrator/admission/statement_number.hpp"
#include "proto/messages/trusted_ca.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

class TrustClaimTest : public testing::Test {
 protected:
  transport::Message numbered(std::uint64_t number) {
    messages::TrustedCa wire;
    wire.certificate = lab_.pki().puppet_ca().certificate().der();
    wire.master = "m1";
    wire.patterns = {"*"};
    wire.number = number;
    const auto& signer = lab_.pki().orchestrator().signer();
    return {topic_, signer.seal(envelope::Kind::trusted_ca, test::body_of(wire)).value(), false};
  }
  std::optional<transport::Rank> order_by(Link& link, const transport::Message& message) const {
    return trust_claim(link, topic_, "ours").order(message);
  }

  ClientLab lab_;
  const std::string topic_ =
      transport::topics::trusted_ca("main", lab_.pki().puppet_ca().certificate().fingerprint());
};

// Else each puts its own back in place of the other's, for ever.
TEST_F(TrustClaimTest, WhoKnewTheOldEndorsementOrdersAsWhoNeverSawIt) {
  auto& knows_it = lab_.orchestrator();
  auto& never_saw_it = lab_.link();
  endorse(knows_it, lab_.pki().puppet_ca().certificate());
  for (const auto number : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{1'000'002},
                            std::uint64_t{1} << 40U, std::uint64_t{1} << 53U}) {
    const auto message = numbered(number);
    EXPECT_EQ(order_by(knows_it, message), order_by(never_saw_it, message)) << number;
  }
}

// It would be the last for ever, for whoever hears of the CA first by it.
TEST_F(TrustClaimTest, ANumberThatNobodyCanHaveReachedYetIsNotBelievedByAnybody) {
  const auto now_ms = static_cast<std::uint64_t>(lab_.link().clock().unix_ms());
  const auto ahead_ms = static_cast<std::uint64_t>(admission::kNumberAheadMax.count());
  EXPECT_TRUE(order_by(lab_.link(), numbered(now_ms + ahead_ms)));
  EXPECT_FALSE(order_by(lab_.link(), numbered(now_ms + 2 * ahead_ms)));
}

}  // namespace
}  // namespace muster::client
