// A command that recalls what an earlier one has kept on disk, and what it is told of those nodes since: each time the node is
// nobody, whatever the file says. docs/adr/0088-what-commands-have-verified.md.
#include <gmock/gmock.h>

#include "orchestrator/cli/verified_nodes.hpp"
#include "orchestrator/client/from_node.hpp"
#include "proto/base/temp_folder.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::cli {
namespace {

using testing::HasSubstr;

class RecalledNodesTest : public testing::Test {
 protected:
  RecalledNodesTest() {
    client::must(link_.learn_trust());
    endorsed_ = client::endorse(lab_.orchestrator(), ca_, {"*.de"}, "m1.de");
    believe(endorsed_);
    security::TrustStore earlier(link_.clock());
    client::must(earlier.add(ca_));
    EXPECT_TRUE(earlier.verify({n1_.certificate.der()}));
    client::must(keep_verified_nodes(earlier, file_));
    client::must(recall_verified_nodes(link_.nodes(), file_));
  }
  void believe(const client::Endorsement& endorsement) {
    // Perhaps it has come over the bus already.
    const auto believed = link_.believe(endorsement);
    ASSERT_TRUE(believed) << believed.error().message;
  }
  // What n1 says is heard; why not.
  Status hear() {
    const auto sealed = n1_.signer().seal(envelope::Kind::presence, "body").value();
    const auto opened = client::open_from_node(link_, transport::topics::presence("main", "n1.de"),
                                               sealed, envelope::Kind::presence);
    if (!opened) return fail(opened.error());
    return {};
  }
  // Believed by the earlier command's word alone.
  void meet() {
    ASSERT_TRUE(hear());
    ASSERT_EQ(link_.nodes().verified_anew(), 0U);
  }
  void expect_refused(const std::string& why) {
    const auto heard = hear();
    ASSERT_FALSE(heard);
    EXPECT_EQ(heard.error().code, Errc::refused);
    EXPECT_THAT(heard.error().message, HasSubstr(why));
  }
  void ban() {
    ASSERT_TRUE(link_.take(client::Ban{.identity = "n1.de", .number = 1, .by = "alice"}).value());
  }
  void withdraw() {
    auto withdrawal = endorsed_;
    withdrawal.withdrawn = true;
    believe(client::publish_trusted_ca(lab_.orchestrator(), withdrawal).value());
  }

  client::ClientLab lab_;
  client::Link& link_ = lab_.link();
  const x509::Certificate& ca_ = lab_.pki().puppet_ca().certificate();
  const test::Holder n1_ = lab_.pki().node("n1.de");
  base::TempFolder folder_ = base::TempFolder::make("muster-recalled").value();
  const std::filesystem::path file_ = folder_.path() / "verified" / "nodes";
  client::Endorsement endorsed_{.certificate = ca_};
};

TEST_F(RecalledNodesTest, AreBelievedByTheEarlierCommandsWord) {
  meet();
}

TEST_F(RecalledNodesTest, AreRefusedOnceTheyAreBanned) {
  meet();
  ban();
  expect_refused("banned by alice");
}

TEST_F(RecalledNodesTest, AreRefusedThoughTheBanIsOlderThanTheCommand) {
  ban();
  expect_refused("banned by alice");
}

TEST_F(RecalledNodesTest, AreRefusedOnceTheirCaIsWithdrawn) {
  meet();
  withdraw();
  expect_refused("unknown CA");
}

TEST_F(RecalledNodesTest, AreRefusedThoughTheirCaWasWithdrawnBeforeTheyWereMet) {
  withdraw();
  expect_refused("unknown CA");
}

TEST_F(RecalledNodesTest, AreRefusedOnceWhoEndorsedTheirCaIsRevoked) {
  meet();
  const auto& pki = lab_.pki();
  ASSERT_TRUE(link_.take(test::revoke(pki.orchestrator_root(), 1, {pki.orchestrator().certificate}))
                  .value());
  expect_refused("unknown CA");
}

TEST_F(RecalledNodesTest, AreRefusedOnceTheirCaMayNotIssueTheirNameAnyMore) {
  meet();
  auto narrower = endorsed_;
  narrower.patterns = {"*.us"};
  believe(client::publish_trusted_ca(lab_.orchestrator(), narrower).value());
  expect_refused("n1.de");
}

}  // namespace
}  // namespace muster::cli
