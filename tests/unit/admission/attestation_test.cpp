// What a site's attestation says, and what it counts.
#include "orchestrator/admission/attestation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/admission/case_lab.hpp"

namespace muster::admission {
namespace {

using testing::HasSubstr;
using Word = Attestation::Word;

Case attested_case(std::optional<Attestation> word = std::nullopt) {
  auto it = usual_case();
  it.rules.attestation = true;
  it.attestation = std::move(word);
  return it;
}

TEST(AttestationTest, AMachineThatTheRulesAdmitIsAskedAboutFirst) {
  EXPECT_EQ(judge(attested_case()).decision, Decision::attest);
  EXPECT_EQ(judge(usual_case()).decision, Decision::admit) << "a site without one";
}

TEST(AttestationTest, ItsWordIsTheLast) {
  const auto admitted = judge(attested_case(Attestation{Word::admit, "measured"}));
  EXPECT_EQ(admitted.decision, Decision::admit);
  EXPECT_TRUE(admitted.counts) << "as the rules say";
  const auto refused = judge(attested_case(Attestation{Word::refuse, "quote does not verify"}));
  EXPECT_EQ(refused.decision, Decision::refuse);
  EXPECT_THAT(refused.reason, HasSubstr("attestation refuses it: quote does not verify"));
  EXPECT_FALSE(refused.counts) << "no use of the token is spent";
  const auto later = judge(attested_case(Attestation{Word::wait, ""}));
  EXPECT_EQ(later.decision, Decision::later);
  EXPECT_EQ(later.reason, "this site's attestation lets it wait");
}

TEST(AttestationTest, WhomTheRulesKeepOutItDoesNotLetIn) {
  auto revoked = attested_case(Attestation{Word::admit, ""});
  revoked.standing.revoked = true;
  EXPECT_EQ(judge(revoked).decision, Decision::refuse);
  auto held = held_case();
  held.rules.attestation = true;
  held.attestation = Attestation{Word::admit, ""};
  EXPECT_EQ(judge(held).decision, Decision::wait) << "for an operator";
  held.name.answers.reset();
  EXPECT_EQ(judge(held).decision, Decision::ask);
}

TEST(AttestationTest, EachGroundIsAttestedAsWell) {
  auto it = held_case();
  it.rules.attestation = true;
  it.applicant.key_fingerprint = "old-key";
  EXPECT_EQ(judge(it).decision, Decision::attest) << "the machine itself";
  it = held_case();
  it.rules.attestation = true;
  it.applicant.token.replace = true;
  EXPECT_EQ(judge(it).decision, Decision::attest) << "a token that replaces";
}

TEST(AttestationTest, AWordIsReadAndNothingElse) {
  const auto admit = read_attestation("{\"verdict\": \"admit\", \"reason\": \"known\"}\n");
  ASSERT_TRUE(admit) << admit.error().message;
  EXPECT_EQ(admit->word, Word::admit);
  EXPECT_EQ(admit->reason, "known");
  EXPECT_EQ(read_attestation("{\"verdict\":\"refuse\"}")->word, Word::refuse);
  EXPECT_EQ(read_attestation("{\"verdict\":\"wait\"}")->word, Word::wait);
  for (const auto* printed :
       {"", "admit", "{}", "[\"admit\"]", "{\"verdict\":\"Admit\"}", "{\"verdict\":true}",
        "{\"verdict\":\"admit\",\"reason\":3}", "{\"verdict\":\"admit\",\"why\":\"x\"}",
        "{\"verdict\":\"admit\"} {\"verdict\":\"admit\"}",
        "{\"verdict\":\"admit\",\"reason\":\"x\",\"more\":1}"})
    EXPECT_FALSE(read_attestation(printed)) << printed;
  EXPECT_THAT(read_attestation("yes").error().message, HasSubstr("\"verdict\""));
}

TEST(AttestationTest, TheQuestionSaysWhoItIsAndKeepsTheTokenToItself) {
  OpenedAnnouncement opened;
  opened.announce.token = "eyJ-secret";
  opened.announce.nonce = "nonce-1";
  opened.announce.facts = Value{{"ec2", {{"instance_id", "i-1"}}}};
  auto applicant = usual_case().applicant;
  applicant.address = "10.0.0.7";
  const auto question = attestation_question(opened, applicant);
  EXPECT_EQ(question.at("name"), "web-1.example");
  EXPECT_EQ(question.at("key"), "new-key");
  EXPECT_EQ(question.at("address"), "10.0.0.7");
  EXPECT_EQ(question.at("facts").at("ec2").at("instance_id"), "i-1");
  EXPECT_EQ(question.at("token").at("id"), "t-1");
  EXPECT_EQ(question.at("master"), false);
  EXPECT_THAT(question.dump(), testing::Not(HasSubstr("secret")));
  EXPECT_THAT(question.dump(), testing::Not(HasSubstr("nonce-1"))) << "the same machine, the same";
}

}  // namespace
}  // namespace muster::admission
