// Requests to orchestrators: what changes trust or the fleet.
#include <nlohmann/json.hpp>

#include "orchestrator/control/control_gate.hpp"
#include "proto/messages/request.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::attack {
namespace {

using envelope::Kind;

class Control : public testing::Test {
 protected:
  Control() { pki_.trust(commanding_); }

  std::string request_of(const std::string& name, Kind kind = Kind::control_request) {
    messages::Request wire;
    wire.id = "id-1";
    wire.collective = "main";
    wire.agent = "orchestrator";
    wire.action = "provision_again";
    wire.caller = name;
    wire.sent_at_ms = clock_.unix_ms();
    wire.ttl_s = 60;
    wire.arguments = Value{{"nodes", {"n1"}}};
    return pki_.root()
        .issue_member(name, "operator")
        .signer()
        .seal(kind, test::body_of(wire))
        .value();
  }
  bool carried_out(const std::string& message) {
    const auto judged = gate_.admit(message, false, {});
    return judged && !judged->refusal;
  }
  bool audited(const std::string& word) const {
    return folder_.read("audit.log").find(word) != std::string::npos;
  }

  test::TestPki pki_;
  fakes::FakeClock clock_;
  base::SystemClock real_clock_;  // of the certificates
  security::TrustStore commanding_{real_clock_};
  fakes::TempFolder folder_;
  std::filesystem::path groups_ = folder_.write("policies/groups", "admins cert=alice\n");
  policy::PolicyStore policies_{folder_ / "policies", {}, true};
  security::ReplayWindow replay_{clock_, clock_.unix_ms()};
  audit::Options audit_options_{.file = folder_ / "audit.log", .journal = false};
  audit::AuditLog audit_{audit_options_, "orchestrator1", clock_};
  control::ControlGate gate_ = control::ControlGate::create({"orchestrator1", "main", commanding_,
                                                             policies_, replay_, audit_})
                                   .value();
};

TEST_F(Control, WhoIsNoAdminChangesNothing) {
  row("operator", "has a node provisioned again without being in the group admins",
      "answered refused, audited");
  EXPECT_FALSE(carried_out(request_of("mallory")));
  EXPECT_TRUE(audited("denied"));
  EXPECT_TRUE(carried_out(request_of("alice")));
}

TEST_F(Control, ARequestIsCarriedOutOnce) {
  row("broker", "an admin's request to orchestrators, delivered again", "dropped, audited");
  const auto message = request_of("alice");
  ASSERT_TRUE(carried_out(message));
  EXPECT_FALSE(carried_out(message));
  EXPECT_TRUE(audited("replayed"));
}

TEST_F(Control, ARefusalAccusesItsCallerOnce) {
  row("broker",
      "an operator's request that was denied, delivered again and again: each time the "
      "audit says that the operator tried",
      "dropped, audited as replayed");
  const auto message = request_of("mallory");
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(carried_out(message));
  const auto text = folder_.read("audit.log");
  const auto once = text.find("denied");
  ASSERT_NE(once, std::string::npos);
  EXPECT_EQ(text.find("\"denied\"", once + 1), std::string::npos) << text;
  EXPECT_TRUE(audited("replayed"));
  EXPECT_TRUE(carried_out(request_of("alice")));
}

TEST_F(Control, ARequestToNodesIsNoneToOrchestrators) {
  row("broker", "carries an admin's request to nodes to the orchestrators", "dropped, audited");
  EXPECT_FALSE(carried_out(request_of("alice", Kind::request)));
  EXPECT_TRUE(audited("unverified"));
}

}  // namespace
}  // namespace muster::attack
