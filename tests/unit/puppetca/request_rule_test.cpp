#include "plugins/agents/puppetca/request_rule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/pki/test_pki.hpp"
#include "tests/support/pki/test_request.hpp"

namespace muster::plugins::puppetca {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kRoleOid[] = "1.3.6.1.4.1.34380.1.1.13";

class RequestRuleTest : public testing::Test {
 protected:
  static std::string verdict(const x509::SigningRequest& request, const Value& allowed) {
    const auto rule = allowed_content(allowed);
    if (!rule) return rule.error().message;
    const auto checked = check_request(x509::open_request(request.pem, "test").value(), *rule);
    return checked ? "good" : checked.error().message;
  }
  std::string verdict(const x509::RequestSpec& spec, const Value& allowed) const {
    return verdict(x509::make_request(spec, key_).value(), allowed);
  }

  const x509::Key key_ = x509::Key::generate_p256().value();
  const Value nothing_{{"certname", "n1"}};
};

TEST_F(RequestRuleTest, OnlyWhatIsAllowedMayBeAskedFor) {
  const x509::RequestSpec plain{.common_name = "n1"};
  const x509::RequestSpec role{"n1", {}, {{kRoleOid, "web"}}, {}};
  EXPECT_EQ(verdict(plain, nothing_), "good");
  EXPECT_THAT(verdict(role, nothing_),
              AllOf(HasSubstr("pp_role with the value 'web'"), HasSubstr("csr_attributes.yaml"),
                    HasSubstr("--extension pp_role=web"), HasSubstr("muster provision again n1")));
  Value allowed = nothing_;
  allowed["extensions"] = {{"pp_role", "web"}};
  EXPECT_EQ(verdict(role, allowed), "good");
  EXPECT_EQ(verdict(plain, allowed), "good");
  allowed["extensions"] = {{kRoleOid, "web"}};
  EXPECT_EQ(verdict(role, allowed), "good");
  allowed["extensions"] = {{"pp_role", "db"}};
  EXPECT_THAT(verdict(role, allowed), HasSubstr("pp_role"));
}

TEST_F(RequestRuleTest, AttributesOfTheRequestAloneAreTheSitesAffair) {
  EXPECT_EQ(verdict({"n1", {{"1.2.840.113549.1.9.7", "secret"}}, {}, {}}, nothing_), "good");
}

TEST_F(RequestRuleTest, AlternativeNamesMustBeAllowedOneByOne) {
  const x509::RequestSpec named{"n1", {}, {}, {"n1", "www.example", "IP:192.0.2.1"}};
  EXPECT_THAT(verdict(named, nothing_),
              AllOf(HasSubstr("'www.example'"), HasSubstr("dns_alt_names"),
                    HasSubstr("--alternative-name www.example")));
  Value allowed = nothing_;
  allowed["alternative_names"] = {"www.example"};
  EXPECT_THAT(verdict(named, allowed), HasSubstr("'IP:192.0.2.1'"));
  allowed["alternative_names"] = {"www.example", "IP:192.0.2.1"};
  EXPECT_EQ(verdict(named, allowed), "good");
  EXPECT_EQ(verdict({"n1", {}, {}, {"n1"}}, nothing_), "good") << "its own name";
  EXPECT_THAT(
      verdict(test::request_with("n1", key_, "subjectAltName", "email:a@b.example"), allowed),
      HasSubstr("'kind 1:'"));
}

TEST_F(RequestRuleTest, AuthorityIsNobodysWhateverIsAllowed) {
  Value allowed = nothing_;
  allowed["extensions"] = {{"pp_auth_role", "admin"}};
  EXPECT_THAT(verdict({.common_name = "n1"}, allowed), HasSubstr("authority over a Puppet Server"));
  EXPECT_THAT(verdict({"n1", {}, {{"1.3.6.1.4.1.34380.1.3.39", "true"}}, {}}, nothing_),
              AllOf(HasSubstr("pp_cli_auth"), testing::Not(HasSubstr("--extension"))));
  EXPECT_THAT(verdict(test::request_with("n1", key_, "basicConstraints", "CA:TRUE"), nothing_),
              HasSubstr("2.5.29.19"));
}

TEST_F(RequestRuleTest, AnotherSubjectIsRefused) {
  EXPECT_THAT(verdict({.common_name = "n2"}, nothing_), HasSubstr("'n2'"));
}

TEST_F(RequestRuleTest, OfACertificateTheSameIsJudgedAndTheCasOwnPartsAreNot) {
  const test::TestCa ca("Puppet CA: m1");
  const auto rule = allowed_content(nothing_).value();
  EXPECT_TRUE(check_certificate(ca.issue_node("n1").certificate, rule));
  EXPECT_FALSE(check_certificate(ca.issue_node("n2").certificate, rule));
  x509::IssueSpec spec;
  spec.common_name = "n1";
  spec.dns_names = {"n1", "puppet"};
  EXPECT_THAT(check_certificate(ca.issue(spec).certificate, rule).error().message,
              HasSubstr("'puppet'"));
  spec.dns_names = {};
  spec.statement_oid = kRoleOid;
  spec.statement = "web";
  EXPECT_THAT(check_certificate(ca.issue(spec).certificate, rule).error().message,
              HasSubstr("pp_role"));
}

}  // namespace
}  // namespace muster::plugins::puppetca
