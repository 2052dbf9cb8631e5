// Certificates, keys, configurations and brokers that are wrong: each error says what, where and what to do.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>

#include "proto/base/files.hpp"
#include "proto/x509/certificate.hpp"
#include "tests/integration/cli/installation.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Words = std::vector<std::string>;

constexpr std::chrono::seconds kNoHang{30};  // a broker that hangs costs ten and a few

class SetupErrorsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { here_ = std::make_unique<Installation>(); }
  static void TearDownTestSuite() { here_.reset(); }
  void SetUp() override { ASSERT_NE(here_, nullptr) << "the broker did not start"; }

  static Installation& here() { return *here_; }

  struct Files {
    std::string broker = here().operators();
    std::filesystem::path certificate = here().in_operator("operator.pem");
    std::filesystem::path key = here().in_operator("operator.key");
    std::filesystem::path root = here().in_operator("root.pem");
    std::filesystem::path orchestrator_root = here().in_operator("orchestrator-root.pem");
  };
  static std::filesystem::path config(const Files& files) {
    return here().folder().write(
        "other.yaml", fmt::format("brokers: ['{}']\ncertificate: {}\nkey: {}\noperator_root: {}\n"
                                  "orchestrator_root: {}\n",
                                  files.broker, files.certificate.string(), files.key.string(),
                                  files.root.string(), files.orchestrator_root.string()));
  }
  // One paragraph on stderr, exit 1, soon.
  static void expect_error(const Files& files, const testing::Matcher<std::string>& says) {
    expect_error(here().muster_with(config(files), {"ping"}), says);
  }
  static void expect_error(const Finished& done, const testing::Matcher<std::string>& says) {
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(done.err, testing::StartsWith("muster: "));
    EXPECT_THAT(done.err, says);
    EXPECT_EQ(done.err.find("\n\n"), std::string::npos) << done.err;
    EXPECT_LT(done.took, kNoHang);
  }

 private:
  static inline std::unique_ptr<Installation> here_;
};

TEST_F(SetupErrorsTest, WithRightFilesThereIsNoError) {
  EXPECT_EQ(here().muster_with(config({}), {"trust", "list"}).exit_code, 0);
}

TEST_F(SetupErrorsTest, NoBrokerIsSaidByEveryCommandWithItsAddress) {
  const Installation nobody(Installation::With::no_broker);
  for (const auto& command :
       {Words{"ping"}, Words{"find"}, Words{"facts", "os"}, Words{"inventory", "n1"},
        Words{"rpc", "rpcutil", "ping"}, Words{"trust", "list"}, Words{"provision", "list"},
        Words{"provision", "watch", "--until-finished", "1"}}) {
    const auto done = nobody.muster(command);
    SCOPED_TRACE(command.front());
    expect_error(done, AllOf(HasSubstr("cannot reach broker " + nobody.operators()),
                             HasSubstr("onnection refused")));
    EXPECT_LT(done.took, std::chrono::seconds(5));
  }
  const auto document = nobody.muster({"ping", "--json"}).json();
  EXPECT_EQ(document.at("error").at("code"), "unavailable");
}

TEST_F(SetupErrorsTest, ABrokerThatHangsIsGivenUp) {
  here().broker().pause();
  const auto done = here().muster({"ping"});
  here().broker().resume();
  expect_error(done, AllOf(HasSubstr(here().operators()), HasSubstr("hangs or is overloaded")));
}

TEST_F(SetupErrorsTest, ABrokerOfAnotherRootIsNotBelieved) {
  const Installation other;
  expect_error({.broker = other.operators()},
               AllOf(HasSubstr("certificate of broker " + other.operators() + " is not accepted"),
                     HasSubstr(here().in_operator("root.pem"))));
}

TEST_F(SetupErrorsTest, TheNodesListenerIsNotForOperators) {
  expect_error({.broker = here().nodes()}, AllOf(HasSubstr("refuses our certificate"),
                                                 HasSubstr(here().in_operator("operator.pem"))));
}

TEST_F(SetupErrorsTest, TheOrchestratorsListenerIsNotForOperators) {
  expect_error(
      {.broker = here().orchestrators()},
      AllOf(HasSubstr("refuses our certificate"), HasSubstr(here().in_operator("operator.pem"))));
}

TEST_F(SetupErrorsTest, ACertificateOfAnotherRootIsNamedWithBothFiles) {
  const Installation other(Installation::With::no_broker);
  expect_error(
      {.certificate = other.in_operator("operator.pem"), .key = other.in_operator("operator.key")},
      AllOf(HasSubstr(other.in_operator("operator.pem")),
            HasSubstr("is not good under " + here().in_operator("root.pem").string())));
}

TEST_F(SetupErrorsTest, AnExpiredCertificateSaysSinceWhen) {
  const auto root = x509::Certificate::from_file(here().in_operator("root.pem")).value();
  const auto root_key = x509::Key::private_from_file(here().in_operator("root.key")).value();
  x509::IssueSpec spec;
  spec.common_name = "late";
  spec.organizational_unit = "operator";
  spec.valid_for = std::chrono::hours(-1);
  auto key = x509::Key::generate_p256().value();
  const auto late = x509::issue(spec, key, &root, root_key).value();
  Holder{key, late}.write(here().folder().path(), "late");
  expect_error({.certificate = here().file("late.pem"), .key = here().file("late.key")},
               AllOf(HasSubstr(here().file("late.pem")), HasSubstr("expired"),
                     HasSubstr("muster operator create")));
}

TEST_F(SetupErrorsTest, FilesThatAreMissingAreNamed) {
  const auto nothing = here().file("nothing.pem");
  const auto says = AllOf(HasSubstr(nothing), HasSubstr("No such file"));
  expect_error({.certificate = nothing}, says);
  expect_error({.key = nothing}, says);
  expect_error({.root = nothing}, says);
}

TEST_F(SetupErrorsTest, AKeyThatIsNoneIsNamed) {
  const auto key = here().folder().write("garbage.key", "no key\n", 0600);
  expect_error({.key = key}, AllOf(HasSubstr(key), HasSubstr("no private key that can be read")));
}

TEST_F(SetupErrorsTest, AKeyThatOthersMayReadIsRefusedWithTheCommandThatMendsIt) {
  const auto pem = base::read_file(here().in_operator("operator.key")).value();
  const auto key = here().folder().write("open.key", pem, 0644);
  expect_error({.key = key}, HasSubstr("run: chmod 0600 " + key.string()));
}

TEST_F(SetupErrorsTest, AKeyWithAPassphraseIsRefusedAndNotAskedFor) {
  const auto locked = here().file("locked.key");
  ASSERT_EQ(run({"openssl", "pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:secret",
                 "-in", here().in_operator("operator.key"), "-out", locked})
                .exit_code,
            0);
  expect_error({.key = locked}, AllOf(HasSubstr(locked), HasSubstr("without a passphrase")));
}

TEST_F(SetupErrorsTest, AKeyOfAnotherCertificateIsNamed) {
  const auto other = here().in_operator("orchestrator.key");
  expect_error({.key = other}, AllOf(HasSubstr(other), HasSubstr("operator.pem")));
}

TEST_F(SetupErrorsTest, AKeyThatMayNotBeReadIsNamed) {
  const auto key = here().folder().write("secret.key", "", 0000);
  Words command{MUSTER_PROGRAM, "-c", config({.key = key}), "ping"};
  // Root reads everything, unless it gives that up.
  if (::geteuid() == 0)
    command.insert(command.begin(), {"setpriv", "--bounding-set=-dac_override,-dac_read_search"});
  expect_error(run(command), AllOf(HasSubstr(key), HasSubstr("Permission denied")));
}

TEST_F(SetupErrorsTest, AMistypedKeyInTheConfigurationIsNamedWithItsLineAndTheNearest) {
  const auto text = base::read_file(here().config()).value();
  const auto file = here().folder().write("typo.yaml", "brokrs: [localhost]\n" + text);
  expect_error(here().muster_with(file, {"ping"}),
               HasSubstr(file.string() + ":1: unknown key 'brokrs'; did you mean 'brokers'?"));
  const auto missing = here().file("missing.yaml");
  expect_error(here().muster_with(missing, {"ping"}),
               HasSubstr(missing.string() + ", named by $MUSTER_CONFIG, does not exist"));
}

TEST_F(SetupErrorsTest, EveryMistakeInTheConfigurationIsToldAtOnce) {
  const auto file = here().folder().write(
      "wrong.yaml",
      "brokers: ['nowhere:99999']\ncertificate: [a]\noperator_root: r\ncolective: x\n");
  expect_error(here().muster_with(file, {"find"}),
               AllOf(HasSubstr(":1:"), HasSubstr("99999"), HasSubstr(":2:"),
                     HasSubstr("'certificate' must be a path"), HasSubstr("key 'key' is missing"),
                     HasSubstr(":4:"), HasSubstr("did you mean 'collective'?")));
}

TEST_F(SetupErrorsTest, TheAgentRefusesAMistypedKeyAtStartAndWhenChecked) {
  const auto file = here().folder().write("agent.yaml",
                                          "identity: n1\nworkers: 2\npuppet:\n  ssldri: /x\n"
                                          "brokres: [a]\n");
  for (const auto& words : {Words{"--config", file}, Words{"--config", file, "--check"}}) {
    auto command = words;
    command.insert(command.begin(), MUSTER_AGENT_PROGRAM);
    const auto done = run(command);
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(done.err, HasSubstr(file.string() + ":4:"));
    EXPECT_THAT(done.err, HasSubstr("unknown key 'ssldri'; did you mean 'ssldir'?"));
    EXPECT_THAT(done.err, HasSubstr(file.string() + ":5: unknown key 'brokres'; did you mean"));
  }
}

TEST_F(SetupErrorsTest, AnAgentWithoutAnythingSaysWhatItNeeds) {
  const auto agent = [](const std::string& config) {
    return run({MUSTER_AGENT_PROGRAM, "--config", here().folder().write("agent.yaml", config)});
  };
  const auto own =
      fmt::format("identity: n1\nstate_folder: {0}/state\ntoken_file: {0}/join.token\n",
                  here().file("bare").string());
  const auto lost = agent(own);
  EXPECT_EQ(lost.exit_code, 1);
  EXPECT_THAT(lost.err,
              AllOf(HasSubstr("nothing tells where the bus is"), HasSubstr("muster token create")));
  const auto unproven =
      agent(own + fmt::format("brokers: ['{}']\noperator_root: {}\norchestrator_root: {}\npuppet:\n"
                              "  ssldir: {}\n",
                              here().nodes(), here().in_operator("root.pem").string(),
                              here().in_operator("orchestrator-root.pem").string(),
                              here().file("bare/ssl").string()));
  EXPECT_EQ(unproven.exit_code, 1);
  EXPECT_THAT(unproven.err, AllOf(HasSubstr("neither a certificate nor a join token"),
                                  HasSubstr(here().file("bare/ssl").string())));
}

}  // namespace
}  // namespace muster::test
