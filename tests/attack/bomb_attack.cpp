// Small messages and files that would become large, deep or slow.
#include "node-agent/external/protocol.hpp"
#include "proto/base/json_document.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/ddl/ddl.hpp"
#include "proto/ddl/texts.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/messages/request.hpp"
#include "proto/policy/policy.hpp"
#include "proto/schema/muster.pb.h"
#include "tests/attack/gate.hpp"
#include "tests/support/fakes/body_of.hpp"

namespace muster::attack {
namespace {

using std::chrono_literals::operator""s;

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

class Bomb : public Gate {
 protected:
  void expect_invalid(const messages::Request& wire) { expect_invalid(around_.sealed(wire)); }
  // Arguments that no encoder of ours writes.
  void expect_beyond_limits(const v1::Request& bomb) {
    const auto body =
        test::body_of(request()) + bomb.SerializeAsString();  // is read as one message
    EXPECT_EQ(messages::Request::decode(body).value().arguments.error().code, Errc::limit);
    expect_invalid(around_.pki.operator_().signer().seal(envelope::Kind::request, body).value());
  }
  void expect_invalid(const std::string& message) {
    EXPECT_FALSE(commands(message));
    EXPECT_EQ(counted_.refused, 1U);
    EXPECT_EQ(audited("invalid"), 1U);
  }
};

TEST_F(Bomb, AMessageBeyondAMebibyteIsNotParsed) {
  row("stranger on the network", "a message of 1 MiB and a byte", "counted, audited");
  v1::Envelope wire;
  wire.set_kind(v1::KIND_REQUEST);
  auto large = request();
  large.targets = {std::string(envelope::kMessageMaxBytes, 'x'), "n1"};
  const auto& alice = around_.pki.operator_();
  const auto body = test::body_of(large);
  wire.set_body(body);
  wire.mutable_signature()->add_certificates(alice.certificate.der());
  wire.mutable_signature()->set_value(
      alice.key.sign(envelope::signed_bytes(envelope::Kind::request, body)).value());
  EXPECT_FALSE(is_answered(wire.SerializeAsString()));
  EXPECT_EQ(counted_.unverified, 1U);
}

TEST_F(Bomb, AChainOfManyCertificatesIsNotVerified) {
  row("stranger on the network", "a signature with 400 certificates to check", "counted, audited");
  v1::Envelope wire;
  wire.ParseFromString(around_.sealed(request()));
  const auto own = wire.signature().certificates(0);
  while (wire.signature().certificates_size() < 400)
    wire.mutable_signature()->add_certificates(own);
  EXPECT_FALSE(is_answered(wire.SerializeAsString()));
  EXPECT_EQ(counted_.unverified, 1U);
}

TEST_F(Bomb, ANestedFilterIsNotJudged) {
  row("operator", "a filter of 1,000 nested parentheses", "answered invalid, audited");
  auto wire = request();
  wire.filter.compounds.push_back(repeated("(", 1'000) + "country=de" + repeated(")", 1'000));
  expect_invalid(wire);
}

TEST_F(Bomb, ALongFilterIsNotJudged) {
  row("operator", "a filter expression of 9,000 bytes", "answered invalid, audited");
  auto wire = request();
  wire.filter.facts.push_back("country=" + std::string(9'000, 'x'));
  wire.filter.facts.clear();
  wire.filter.compounds.push_back("country=de or note='" + std::string(9'000, 'x') + "'");
  expect_invalid(wire);
}

TEST_F(Bomb, AFilterOfManyTermsIsNotJudged) {
  row("operator", "a filter of 501 terms", "answered invalid, audited");
  auto wire = request();
  for (int i = 0; i < 501; ++i) wire.filter.facts.push_back("country=de");
  expect_invalid(wire);
}

TEST_F(Bomb, AFilterOfManyRegularExpressionsIsNotJudged) {
  row("operator", "33 regular expressions, each with memory of its own",
      "answered invalid, audited");
  auto wire = request();
  for (int i = 0; i < 33; ++i) wire.filter.facts.push_back("country=~/de/");
  expect_invalid(wire);
}

TEST_F(Bomb, ARegularExpressionThatExplodesIsNotCompiled) {
  row("operator", "a regular expression that compiles to megabytes", "answered invalid, audited");
  auto wire = request();
  wire.filter.facts.push_back("country=~/" + repeated("((d|e){0,100}){0,10}", 4) + "/");
  expect_invalid(wire);
}

TEST_F(Bomb, ARegularExpressionNeverBacktracks) {
  row("operator", "(a+)+$ against a long text", "judged at once");
  around_.facts["long"] = std::string(5'000, 'a') + "!";
  auto wire = request();
  wire.filter.facts.push_back("long=~/^(a+)+$/");
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(commands(wire));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  EXPECT_EQ(counted_.filtered, 1U);
}

TEST_F(Bomb, ADeepValueIsNotRead) {
  row("operator", "arguments of 33 lists in each other", "answered invalid, audited");
  v1::Request bomb;
  auto* value = &(*bomb.mutable_arguments()->mutable_map()->mutable_entries())["count"];
  for (int i = 0; i < envelope::kValueDepthMax; ++i) value = value->mutable_list()->add_items();
  value->set_integer(1);
  expect_beyond_limits(bomb);
}

TEST_F(Bomb, AValueOfManyItemsIsNotRead) {
  row("operator", "arguments of 200,001 values in half a megabyte", "answered invalid, audited");
  v1::Request bomb;
  auto& list =
      *(*bomb.mutable_arguments()->mutable_map()->mutable_entries())["count"].mutable_list();
  for (std::size_t i = 0; i <= envelope::kValueItemsMax; ++i) list.add_items()->set_null(true);
  expect_beyond_limits(bomb);
}

TEST(FileBomb, YamlAliasesDoNotMultiply) {
  row("operator", "YAML aliases of aliases (a billion laughs)", "an error that names the limit");
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 6; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    text += repeated(", " + before, 9) + "]\n";
  }
  const auto value = base::yaml_to_value(text, "laughs.yaml");
  ASSERT_FALSE(value);
  EXPECT_NE(value.error().message.find("laughs.yaml"), std::string::npos) << value.error().message;
}

TEST(FileBomb, NestedYamlIsNotRead) {
  row("stolen node", "a file of facts of 200 nested lists", "an error that names the limit");
  EXPECT_FALSE(base::yaml_to_value(repeated("[", 200) + repeated("]", 200), "deep.yaml"));
}

TEST(FileBomb, ANestedReplyIsNotRead) {
  row("stolen node", "an external agent's reply of 100,000 nested lists", "told as malformed");
  const auto nested = repeated("[", 100'000) + repeated("]", 100'000);
  EXPECT_FALSE(external::read_rpc_reply(R"({"data": {"x": )" + nested + "}}"));
}

TEST(FileBomb, AKeyTwiceIsAnError) {
  row("operator", "a JSON file whose second 'allow' hides the first", "an error with the line");
  const auto twice = base::read_json(R"({"a": 1, "a": 2})", "x.json", {.bytes = 100, .depth = 5});
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().message.find("twice"), std::string::npos);
}

TEST(FileBomb, ALargeDescriptionIsNotRead) {
  row("stolen node", "an agent's description of a megabyte", "an error that names the limit");
  // One that is good but for its size: another would be refused for what is wrong with it, with the limit or without.
  const std::string good(ddl::text("rpcutil"));
  ASSERT_TRUE(ddl::parse(good, "x.json"));
  const auto large = ddl::parse(good + std::string(1'000'000, ' '), "x.json");
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, Errc::limit) << large.error().message;
}

TEST(FileBomb, APolicyOfManyRulesIsNotRead) {
  row("operator", "a policy of 1,001 rules, to slow every request down", "refused: all is denied");
  EXPECT_FALSE(policy::Policy::parse(repeated("deny\tcert=a\t*\t*\n", 1'001), "p"));
  EXPECT_TRUE(policy::Policy::parse(repeated("deny\tcert=a\t*\t*\n", 1'000), "p"));
}

}  // namespace
}  // namespace muster::attack
