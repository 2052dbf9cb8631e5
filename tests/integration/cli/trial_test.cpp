// Filters and policies tried from files: the statuses that scripts go by. No broker, no node.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/integration/cli/installation.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

class TrialTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    installation_ = std::make_unique<Installation>(Installation::With::no_broker);
    const auto& folder = installation_->folder();
    folder.write("n1.yaml", "country: de\nos:\n  release:\n    major: '12'\n");
    folder.write("classes.txt", "role::web\n");
    folder.write("policies/groups", "admins cert=alice\n");
    folder.write("policies/puppet.policy", "allow\tadmins\t*\tcountry=de\n");
    folder.write("policies/shell.policy", "alow\tadmins\t*\t*\n");
  }
  static void TearDownTestSuite() { installation_.reset(); }
  void SetUp() override { ASSERT_NE(installation_, nullptr); }

  static std::string file(const std::string& name) { return installation_->file(name).string(); }
  static Finished filter_test(std::vector<std::string> words) {
    words.insert(words.begin(), {"filter", "test"});
    return installation_->muster(words);
  }
  static Finished policy_test(const std::string& caller, const std::string& agent) {
    return installation_->muster({"policy", "test", "--caller", caller, "--agent", agent,
                                  "--action", "runonce", "--facts", file("n1.yaml"), "--policies",
                                  file("policies")});
  }

  static inline std::unique_ptr<Installation> installation_;
};

TEST_F(TrialTest, AFilterMatchesOrNotOrIsMalformed) {
  const auto facts = file("n1.yaml");
  EXPECT_EQ(filter_test({"-F", "os.release.major>=12", "--facts", facts}).exit_code, 0);
  EXPECT_EQ(filter_test({"-C", "role::web", "--classes", file("classes.txt")}).exit_code, 0);
  EXPECT_EQ(filter_test({"-S", "not country=de", "--facts", facts}).exit_code, 1);
  EXPECT_EQ(filter_test({"-I", "n1", "-I", "/^n/", "--identity", "n1"}).exit_code, 0);
  EXPECT_EQ(filter_test({"-A", "/^pup/", "--agents", "puppet,rpcutil"}).exit_code, 0);
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"-F", "country", "--facts", facts},
        {"-F", "country=de", "--facts", file("none.yaml")},
        {"--facts", facts},
        {"-F", "country=de", "--fact", facts}}) {
    const auto done = filter_test(wrong);
    EXPECT_EQ(done.exit_code, 2) << testing::PrintToString(wrong);
    EXPECT_EQ(done.out, "");
    EXPECT_NE(done.err, "");
  }
}

TEST_F(TrialTest, AnExplanationNamesWhatDecided) {
  const auto done = filter_test(
      {"-F", "country=us", "-F", "os.release.major=12", "--facts", file("n1.yaml"), "--explain"});
  EXPECT_EQ(done.out,
            "no match\n\n"
            "  no   all of\n"
            "→ no   ├─ -F country = us           \"de\"\n"
            "  yes  └─ -F os.release.major = 12  \"12\"\n\n"
            "→ decided it\n");
  const auto json = filter_test({"-F", "country=de", "--facts", file("n1.yaml"), "--json"});
  EXPECT_EQ(nlohmann::json::parse(json.out), nlohmann::json({{"match", true}}));
}

TEST_F(TrialTest, WhatNobodySaidIsNamed) {
  const auto done = filter_test({"-C", "role::web"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_THAT(done.err, HasSubstr("no --classes"));
}

TEST_F(TrialTest, APolicyAllowsOrDeniesOrIsMalformed) {
  const auto allowed = policy_test("cert=alice", "puppet");
  EXPECT_EQ(allowed.exit_code, 0) << allowed.err;
  EXPECT_THAT(allowed.out, HasSubstr("/puppet.policy:1\n"));
  EXPECT_EQ(policy_test("cert=eve", "puppet").exit_code, 1);
  EXPECT_EQ(policy_test("cert=alice", "unknown").exit_code, 1);
  EXPECT_EQ(policy_test("alice", "puppet").exit_code, 2);
  const auto malformed = policy_test("cert=alice", "shell");
  EXPECT_EQ(malformed.exit_code, 2);
  EXPECT_THAT(malformed.err, HasSubstr("shell.policy:1: 'alow' is neither allow nor deny"));
}

TEST_F(TrialTest, PoliciesAreChecked) {
  const auto good = installation_->muster({"policy", "check", file("policies/puppet.policy")});
  EXPECT_EQ(good.exit_code, 0);
  EXPECT_THAT(good.out, HasSubstr("puppet.policy: ok (1 rule, then deny)"));
  const auto all = installation_->muster({"policy", "check", file("policies")});
  EXPECT_EQ(all.exit_code, 1);
  EXPECT_THAT(all.out, HasSubstr("shell.policy:1: 'alow' is neither allow nor deny; did you mean"));
  EXPECT_EQ(installation_->muster({"policy", "check", file("none.policy")}).exit_code, 1);
}

}  // namespace
}  // namespace muster::test
