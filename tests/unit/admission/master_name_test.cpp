#include "orchestrator/admission/master_name.hpp"

#include <gtest/gtest.h>

#include "tests/support/pki/test_pki.hpp"

namespace muster::admission {
namespace {

constexpr std::int64_t kNowMs = 1'000'000;

class MasterNameTest : public testing::Test {
 protected:
  // With an endorsement of `ca_` for *.de.
  NameClaim claim(std::string_view name, std::string_view provisioned_by = "") {
    return {name, fingerprint_, &endorsement_, provisioned_by, {}};
  }
  const test::TestCa ca_{"Puppet CA: m1.de"};
  const std::string fingerprint_ = ca_.certificate().fingerprint();
  const std::string foreign_ = std::string(64, 'f');
  Endorsement endorsement_{.certificate = ca_.certificate(),
                           .master = "m1.de",
                           .patterns = {"*.de"},
                           .number = 1,
                           .ends_at_ms = kNowMs + 1};
};

TEST_F(MasterNameTest, ANodeOfItsOwnCaIsBelieved) {
  EXPECT_TRUE(may_speak(claim("n1.de"), kNowMs));
  EXPECT_TRUE(may_speak(claim("n1.de", fingerprint_), kNowMs));
}

TEST_F(MasterNameTest, ANameThatAnotherCaProvisionedIsNotAndBothAreNamed) {
  const auto refused = may_speak(claim("n1.de", foreign_), kNowMs);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_NE(refused.error().message.find(foreign_), std::string::npos);
  EXPECT_NE(refused.error().message.find(fingerprint_), std::string::npos);
}

TEST_F(MasterNameTest, ANameThatThePatternsDoNotCoverIsNot) {
  const auto refused = may_speak(claim("n1.us"), kNowMs);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("*.de"), std::string::npos);
}

TEST_F(MasterNameTest, AMastersNameBelongsToTheCaItIsEndorsedWith) {
  auto thief = claim("m2.de");
  thief.master_of = {foreign_};
  EXPECT_FALSE(may_speak(thief, kNowMs)) << "its patterns cover the name of another's master";
  auto own = claim("m1.de", foreign_);
  own.master_of = {fingerprint_};
  EXPECT_TRUE(may_speak(own, kNowMs)) << "a record of its first life as a node is older";
}

TEST_F(MasterNameTest, AnEndorsementThatEndedOrWasWithdrawnCoversNobody) {
  EXPECT_FALSE(may_speak(claim("n1.de"), kNowMs + 1));
  endorsement_.withdrawn = true;
  EXPECT_FALSE(may_speak(claim("n1.de"), kNowMs));
}

TEST_F(MasterNameTest, ACaBelowATrustedOneGetsAroundNoPattern) {
  auto deep = claim("n1.de");
  deep.ca = "";
  deep.endorsement = nullptr;
  EXPECT_FALSE(may_speak(deep, kNowMs));
}

TEST_F(MasterNameTest, ACaOfALocalFolderHasNoPatternsButTakesNoOthersName) {
  auto local = claim("n1.us");
  local.endorsement = nullptr;
  EXPECT_TRUE(may_speak(local, kNowMs));
  local.provisioned_by = foreign_;
  EXPECT_FALSE(may_speak(local, kNowMs));
}

}  // namespace
}  // namespace muster::admission
