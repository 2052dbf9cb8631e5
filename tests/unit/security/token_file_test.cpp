#include "proto/security/token_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TokenFileTest : public testing::Test {
 protected:
  std::string text() const { return token_file_text(file_).value(); }
  template <class Change>
  std::string changed(Change change) const {
    auto document = Value::parse(text());
    change(document);
    return document.dump();
  }
  static std::string problem(const std::string& text) {
    const auto read = read_token_file(text, "join.token");
    return read ? "read" : read.error().message;
  }

  test::TestPki pki_;
  TokenFile file_ = pki_.join_token(8884, 8883, std::int64_t{std::time(nullptr)} * 1000);
};

TEST_F(TokenFileTest, ComesBackAsItWas) {
  const auto back = read_token_file(text(), "join.token");
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->token, file_.token);
  EXPECT_EQ(back->join_brokers, file_.join_brokers);
  EXPECT_EQ(back->node_brokers, file_.node_brokers);
  EXPECT_EQ(back->join_password, file_.join_password);
  EXPECT_EQ(back->operator_root_pem, file_.operator_root_pem);
  EXPECT_TRUE(back->key.same_public(file_.key));
  EXPECT_EQ(back->claims.id, file_.claims.id);
}

TEST_F(TokenFileTest, EveryMemberIsRequiredAndNamedWithTheFile) {
  const auto whole = Value::parse(text());
  for (const auto& [name, value] : whole.items())
    EXPECT_THAT(problem(changed([&, key = name](Value& document) { document.erase(key); })),
                AllOf(HasSubstr("join.token"), HasSubstr("'" + name + "'"), HasSubstr("missing")));
}

TEST_F(TokenFileTest, UnknownMembersAndOtherFormatsAreErrors) {
  EXPECT_THAT(problem(changed([](Value& document) { document["brokers"] = 1; })),
              HasSubstr("'brokers'"));
  EXPECT_THAT(problem(changed([](Value& document) { document["muster_join_token"] = 2; })),
              HasSubstr("'muster_join_token'"));
  EXPECT_THAT(problem("nonsense"), HasSubstr("join.token"));
  EXPECT_THAT(problem(""), HasSubstr("join.token"));
  EXPECT_NE(problem(std::string(kTokenFileMaxBytes + 1, ' ')), "read");
}

TEST_F(TokenFileTest, AnotherKeyThanTheTokensIsRefused) {
  const auto other = x509::Key::generate_p256()->private_pem().value();
  EXPECT_THAT(problem(changed([&](Value& document) { document["key"] = other; })),
              HasSubstr("'cnf'"));
}

TEST_F(TokenFileTest, ATokenOfAnotherRootThanTheOneBesideItIsRefused) {
  const test::TestCa other("Muster operator root");
  EXPECT_THAT(problem(changed(
                  [&](Value& document) { document["operator_root"] = other.certificate().pem(); })),
              HasSubstr("no issuer of this operator root"));
}

TEST_F(TokenFileTest, BrokersAreChecked) {
  EXPECT_THAT(problem(changed([](Value& document) { document["join_brokers"] = {"nowhere"}; })),
              HasSubstr("'nowhere'"));
  EXPECT_THAT(problem(changed([](Value& document) { document["node_brokers"] = Value::array(); })),
              HasSubstr("'node_brokers'"));
}

}  // namespace
}  // namespace muster::security
