#include "tests/support/played/puppetca_agent.hpp"

#include <gmock/gmock.h>

#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::played {
namespace {

class OneNameCa final : public CaDesk {
 public:
  std::string ill_because() const override { return ill; }
  Result<bool> sign(const std::string&, const std::string& fingerprint) override {
    if (fingerprint != "ab") return fail(Errc::not_found, "there is no such request");
    return !std::exchange(is_signed, true);
  }
  std::int64_t signed_at_ms(const std::string&) const override { return is_signed ? 1'000 : 0; }
  Cleaned clean(const std::string&) override {
    if (!std::exchange(is_signed, false)) return {"absent", {}};
    return {"signed", {"07"}};
  }
  std::string signed_fingerprint(const std::string&) const override {
    return is_signed ? "cd" : "";
  }

  std::string ill;
  bool is_signed = false;
};

class PlayedPuppetcaAgentTest : public testing::Test {
 protected:
  plugins::ActionReply call(const std::string& action, Value data = {{"certname", "n1"}}) {
    return agent_.handle(test::request_of(action, std::move(data)));
  }

  OneNameCa ca_;
  PuppetcaAgent agent_{ddl::built_in("puppetca").value(), ca_};
};

TEST_F(PlayedPuppetcaAgentTest, ARequestIsSignedOnceAndThatIsSaid) {
  const Value named{{"certname", "n1"}, {"fingerprint", "ab"}};
  EXPECT_FALSE(call("sign", named).data.at("already"));
  EXPECT_TRUE(call("sign", named).data.at("already"));
  EXPECT_EQ(call("status").data.at("fingerprint"), "cd");
  EXPECT_NE(call("sign", {{"certname", "n1"}, {"fingerprint", "ff"}}).status, 0);
}

TEST_F(PlayedPuppetcaAgentTest, WhatIsCleanedIsToldWithItsSerials) {
  ca_.is_signed = true;
  const auto cleaned = call("clean").data;
  EXPECT_EQ(cleaned.at("was"), "signed");
  EXPECT_EQ(cleaned.at("serials"), Value::array({"07"}));
  EXPECT_EQ(call("clean").data.at("was"), "absent");
  EXPECT_EQ(call("status").data.at("state"), "absent");
}

TEST_F(PlayedPuppetcaAgentTest, WhatWasSignedSinceIsNotOwed) {
  ca_.is_signed = true;
  EXPECT_EQ(call("clean", {{"certname", "n1"}, {"issued_before_ms", 1'000}}).data.at("serials"),
            Value::array());
  EXPECT_TRUE(ca_.is_signed);
  static_cast<void>(call("clean", {{"certname", "n1"}, {"issued_before_ms", 1'001}}));
  EXPECT_FALSE(ca_.is_signed);
}

TEST_F(PlayedPuppetcaAgentTest, WhoGivesOutANameThatWasGivenOutSinceIsTold) {
  ca_.is_signed = true;
  Value late{{"certname", "n1"}, {"issued_before_ms", 1'000}, {"vacate", true}};
  EXPECT_EQ(call("clean", late).data.at("kept"), "signed");
  EXPECT_TRUE(ca_.is_signed);
  late["issued_before_ms"] = 1'001;
  EXPECT_FALSE(call("clean", late).data.contains("kept"));
  EXPECT_FALSE(ca_.is_signed);
}

TEST_F(PlayedPuppetcaAgentTest, AnIllCaSaysWhyAndDoesNothing) {
  ca_.ill = "the Puppet Server is stopped";
  const auto health = call("health").data;
  EXPECT_FALSE(health.at("running"));
  EXPECT_EQ(health.at("reason"), "the Puppet Server is stopped");
  EXPECT_NE(call("sign", {{"certname", "n1"}, {"fingerprint", "ab"}}).status, 0);
  EXPECT_FALSE(ca_.is_signed);
}

TEST_F(PlayedPuppetcaAgentTest, AnActionThatItDoesNotHaveIsRefused) {
  EXPECT_NE(call("list").status, 0);
}

}  // namespace
}  // namespace muster::played
