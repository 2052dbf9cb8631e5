// Names that are another's, taken with a token that is good.
#include "orchestrator/admission/applicant.hpp"
#include "orchestrator/admission/master_endorsement.hpp"
#include "orchestrator/admission/master_grant.hpp"
#include "orchestrator/admission/master_name.hpp"
#include "orchestrator/admission/statement_number.hpp"
#include "proto/base/clock.hpp"
#include "proto/messages/join.hpp"
#include "proto/security/signer.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/unit/admission/case_lab.hpp"

namespace muster::attack {
namespace {

TEST(Name, ALivingNodesNameIsNotGivenForAPatternToken) {
  row("holder of a join token", "knocks a node off the bus and announces its name",
      "waits: an operator must approve it, and is told by whom the name is held");
  auto it = admission::held_case();
  const auto verdict = admission::judge(it);
  EXPECT_EQ(verdict.decision, admission::Decision::wait);
  EXPECT_NE(verdict.reason.find("puppet-1.example"), std::string::npos);
  it.applicant.key_fingerprint = "old-key";  // the machine itself goes on
  EXPECT_EQ(admission::judge(it).decision, admission::Decision::admit);
}

TEST(Name, AStolenMastersCertificateIsNoProofForAnothersNode) {
  row("stolen master",
      "makes a certificate with a node's name at its own CA, and proves its key to take the name",
      "waits: the name is another CA's, also while that one is down");
  auto it = admission::held_case();
  it.applicant.old = admission::OldCertificate{"forged", "ca-of-puppet-2.example"};
  it.name.answers->push_back(admission::answer_of("puppet-2.example", true, "forged"));
  EXPECT_EQ(admission::judge(it).decision, admission::Decision::wait);
  it.name.answers->erase(it.name.answers->begin());
  EXPECT_EQ(admission::judge(it).decision, admission::Decision::wait);
  it.applicant.old = admission::OldCertificate{"old-certificate", "ca-of-puppet-1.example"};
  it.name.answers = std::vector{admission::answer_of("puppet-1.example", true, "old-certificate")};
  EXPECT_EQ(admission::judge(it).ground, admission::Ground::old_key) << "the node itself goes on";
}

TEST(Name, AnEndorsedCaHasOneMaster) {
  row("holder of a join token",
      "with a token for masters, offers the CA that issued its own node's certificate",
      "refused: told whose the CA is");
  const test::TestPki pki;
  const auto endorsed_with = [&](const std::string& master) {
    return admission::Endorsement{.certificate = pki.puppet_ca().certificate(),
                                  .master = master,
                                  .patterns = {"*"},
                                  .ends_at_ms = 1};
  };
  const std::vector known{endorsed_with("puppet-1.example")};
  const auto thief = admission::may_be_endorsed(endorsed_with("web-1.example"), known, 0);
  ASSERT_FALSE(thief);
  EXPECT_NE(thief.error().message.find("puppet-1.example"), std::string::npos);
  EXPECT_TRUE(admission::may_be_endorsed(known.front(), known, 0)) << "its master comes again";
}

TEST(Name, NoEndorsementIsTheLastForEver) {
  row("stolen orchestrator",
      "endorses a CA with the highest number there is, so that nobody can withdraw it",
      "not believed, wherever it is heard; of the highest that is, somebody counts on");
  constexpr std::int64_t kNowMs = 1'800'000'000'000;
  EXPECT_FALSE(admission::check_number(admission::kNumberMax, kNowMs));
  const auto highest = static_cast<std::uint64_t>(kNowMs + admission::kNumberAheadMax.count());
  EXPECT_TRUE(admission::check_number(highest, kNowMs));
  EXPECT_FALSE(admission::check_number(highest + 1, kNowMs));
  EXPECT_TRUE(admission::check_number(highest + 1, kNowMs + 1)) << "the next, a moment later";
  EXPECT_TRUE(admission::check_number(1, 0)) << "whatever the clock says";
}

TEST(Name, APuppetMastersNameIsGivenToNobody) {
  row("holder of a join token",
      "announces 'puppet', a master's name, and both as alternative names",
      "refused: told for whom the name is reserved");
  for (const auto* name : {"puppet", "puppet.example", "puppet-1.example", "localhost", "ca"}) {
    auto it = admission::usual_case();
    it.applicant.identity = name;
    EXPECT_EQ(admission::judge(it).decision, admission::Decision::refuse) << name;
    it = admission::usual_case();
    it.applicant.alternative_names = {name};
    it.applicant.token.alternative_names = {"*"};
    EXPECT_EQ(admission::judge(it).decision, admission::Decision::refuse) << name;
  }
  EXPECT_EQ(admission::judge(admission::usual_case()).decision, admission::Decision::admit);
}

TEST(Name, AReservedNameIsNoAlternativeName) {
  row("holder of a join token",
      "announces a name of its own, and a master's or a reserved one as alternative name",
      "refused: told for whom the name is reserved");
  for (const auto* name : {"puppet", "PUPPET.", "puppet-1.example", "localhost", "ca", "vpn-7"}) {
    auto it = admission::usual_case();
    it.rules.reserved_names = {"vpn-*"};
    it.applicant.alternative_names = {"www.example", name};
    it.applicant.token.alternative_names = {"*"};
    const auto verdict = admission::judge(it);
    EXPECT_EQ(verdict.decision, admission::Decision::refuse) << name;
    EXPECT_NE(verdict.reason.find("reserved"), std::string::npos) << verdict.reason;
    it.applicant.alternative_names.pop_back();
    EXPECT_EQ(admission::judge(it).decision, admission::Decision::admit);
  }
}

TEST(Name, AWildcardStandsForNoReservedName) {
  row("holder of a join token", "asks for an alternative name whose wildcard covers a master's",
      "refused: told for whom the name is reserved");
  for (const auto* name : {"*", "pupp*", "*.example"}) {
    auto it = admission::usual_case();
    it.applicant.alternative_names = {name};
    it.applicant.token.alternative_names = {"*"};
    EXPECT_EQ(admission::judge(it).decision, admission::Decision::refuse) << name;
  }
}

TEST(Name, AnApprovalIsForItsKeyAlone) {
  row("holder of a join token",
      "announces a name right after an operator approved another machine under it",
      "waits: its own key must be approved");
  auto it = admission::held_case();
  it.name.record->approval =
      messages::NameApproval{"shown-key", "alice", it.now_ms - 1, it.now_ms + 1};
  EXPECT_EQ(admission::judge(it).decision, admission::Decision::wait);
  it.applicant.key_fingerprint = "shown-key";
  EXPECT_EQ(admission::judge(it).decision, admission::Decision::admit)
      << "the machine that the operator saw";
  it.now_ms += 2;
  EXPECT_EQ(admission::judge(it).decision, admission::Decision::wait) << "it has ended";
}

TEST(Name, ASpentTokenReplacesNothing) {
  row("holder of a join token",
      "takes the file of a token for one machine, which that has used, and announces its name",
      "waits: an operator must approve it");
  for (const bool replaces : {true, false}) {
    auto it = admission::held_case();
    admission::make_exact(it);
    it.applicant.token.replace = replaces;
    it.standing.used = 1;
    it.standing.last_user = it.applicant.identity;
    it.standing.used_by_name = true;  // by the machine that it was made for
    EXPECT_EQ(admission::judge(it).decision, admission::Decision::wait);
    it.applicant.key_fingerprint = "old-key";
    EXPECT_EQ(admission::judge(it).decision, admission::Decision::admit) << "that one goes on";
  }
}

TEST(Name, WhoIsOnTheBusIsNotReplacedUnasked) {
  row("holder of a join token",
      "takes a new token for one name before its machine uses it, while that is at work",
      "waits: an operator must approve it");
  auto it = admission::held_case();
  admission::make_exact(it);
  it.name.member = admission::OnlineMember{"ca-of-puppet-1.example", "old-certificate"};
  EXPECT_EQ(admission::judge(it).decision, admission::Decision::wait);
  it.name.member.reset();
  EXPECT_EQ(admission::judge(it).decision, admission::Decision::admit)
      << "a machine that is reinstalled goes on, with a token of its own";
}

TEST(Name, AnExtensionThatTheTokenDoesNotAllowIsRefusedAtTheDesk) {
  row("holder of a join token", "announces a role and a further name that its token does not allow",
      "refused: told the extension, and what to do");
  auto it = admission::usual_case();
  it.applicant.extensions = {{"1.3.6.1.4.1.34380.1.1.13", "db"}};
  const auto verdict = admission::judge(it);
  EXPECT_EQ(verdict.decision, admission::Decision::refuse);
  EXPECT_NE(verdict.reason.find("--extension pp_role=db"), std::string::npos) << verdict.reason;
  it = admission::usual_case();
  it.applicant.alternative_names = {"db-1.example"};
  EXPECT_EQ(admission::judge(it).decision, admission::Decision::refuse);
  it.applicant.token.alternative_names = {"db-1.example"};
  EXPECT_EQ(admission::judge(it).decision, admission::Decision::admit);
}

TEST(Name, AMastersCaIssuesNoNameBeyondItsToken) {
  row("stolen master", "joins with a token for web* and issues a certificate of db1",
      "not believed: told what the CA may issue");
  const test::TestCa ca("Puppet CA: web");
  security::JoinClaims token;
  token.master = true;
  token.issues = {"web*"};
  token.serves = {{"country", "de"}};
  const admission::Endorsement endorsement{.certificate = ca.certificate(),
                                           .master = "puppet.web",
                                           .patterns = admission::grant_of(token).patterns,
                                           .ends_at_ms = admission::kCaseNowMs + 1};
  const auto ca_fingerprint = ca.certificate().fingerprint();
  const auto believed = [&](const char* name) {
    return admission::may_speak({name, ca_fingerprint, &endorsement, ""}, admission::kCaseNowMs);
  };
  const auto refused = believed("db1");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("web*"), std::string::npos);
  EXPECT_TRUE(believed("web1"));
}

TEST(Name, AnOverheardTokenJoinsNobody) {
  row("stranger on the network", "announces a name with a token that it overheard",
      "refused: the key in the token's file is not proved");
  const test::TestPki pki;
  const base::SystemClock clock;
  const security::TrustStore nodes(clock);
  const auto file = pki.join_token(8884, 8883, clock.unix_ms());
  const auto thief = x509::Key::generate_p256().value();
  messages::JoinAnnounce announce;
  announce.client_id = "c1";
  announce.identity = "web-1";
  announce.nonce = "nonce";
  announce.token = file.token;
  const auto known = [&](const x509::Key& prover) {
    const auto content = security::ProofContent{"nonce", "c1", "web-1", thief.public_der()};
    announce.token_proof =
        prover.sign(security::proof_bytes(security::kTokenKeyPurpose, content)).value();
    const auto sealed = security::Signer::with_key(thief)
                            .seal(envelope::Kind::join_announce, test::body_of(announce))
                            .value();
    return admission::identify(admission::open_announcement("c1", sealed, nodes).value(),
                               {pki.root().certificate()}, nodes, clock.unix_ms());
  };
  const auto stranger = known(thief);
  ASSERT_FALSE(stranger);
  EXPECT_NE(stranger.error().message.find(file.claims.id), std::string::npos);
  EXPECT_TRUE(known(file.key)) << "who has the file joins";
}

}  // namespace
}  // namespace muster::attack
