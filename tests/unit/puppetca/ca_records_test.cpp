#include "plugins/agents/puppetca/ca_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::plugins::puppetca {
namespace {

using testing::HasSubstr;

constexpr char kShown[] =
    "E6:69:0D:7C:AC:AF:AA:15:37:EA:0C:24:EA:5F:E0:C0:16:52:B0:9B:3A:45:C9:D1:2E:73:A3:F3:AD:E4:32:"
    "53";
constexpr char kPlain[] = "e6690d7cacafaa1537ea0c24ea5fe0c01652b09b3a45c9d12e73a3f3ade43253";

TEST(CaRecordsTest, FingerprintsAreTheSameWithAndWithoutColons) {
  EXPECT_EQ(plain_fingerprint(kShown).value(), kPlain);
  EXPECT_EQ(plain_fingerprint(kPlain).value(), kPlain);
  EXPECT_EQ(shown_fingerprint(kPlain), kShown);
}

TEST(CaRecordsTest, WhatIsNotASha256IsRefused) {
  for (const auto* text :
       {"", "e6:69", "zz690d7cacafaa1537ea0c24ea5fe0c01652b09b3a45c9d12e73a3f3ade43253"})
    EXPECT_EQ(plain_fingerprint(text).error().code, Errc::invalid_data) << text;
}

TEST(CaRecordsTest, ReadsWhatPuppetServerAnswers) {
  const auto record = parse_record(
      std::string(R"({"name":"n1.test","state":"requested","dns_alt_names":[],
      "subject_alt_names":[],"authorization_extensions":{},"fingerprint":")") +
          kShown + R"(","fingerprints":{"SHA1":"CC:12","SHA256":")" + kShown + R"("}})",
      "status");
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->name, "n1.test");
  EXPECT_EQ(record->state, "requested");
  EXPECT_EQ(record->fingerprint, kPlain);
}

TEST(CaRecordsTest, AnAnswerThatDoesNotFitIsAnErrorThatShowsIt) {
  for (const auto* text : {"", "Resource not found.", "[]", "{}", R"({"name":1,"state":"signed"})",
                           R"({"name":"a","state":"signed","fingerprints":{"SHA256":"odd"}})"}) {
    const auto record = parse_record(text, "GET /x");
    EXPECT_FALSE(record) << text;
  }
  EXPECT_THAT(parse_record("Resource not found.", "GET /x").error().message,
              testing::AllOf(HasSubstr("GET /x"), HasSubstr("Resource not found.")));
  EXPECT_FALSE(parse_records("{}", "GET /y"));
  EXPECT_TRUE(parse_records("[]", "GET /y").value().empty());
}

}  // namespace
}  // namespace muster::plugins::puppetca
