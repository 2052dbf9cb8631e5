// Completion in real shells, and manual pages in the real man.
#include <gmock/gmock.h>

#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;

class ShellTest : public FleetTest {
 protected:
  static std::map<std::string, std::string> surroundings(const std::string& config) {
    return {
        {"MUSTER_CONFIG", config}, {"HOME", fleet().folder().path()}, {"PROGRAM", MUSTER_PROGRAM}};
  }

  // What bash would offer behind this line; then how the word ends.
  static std::vector<std::string> bash(const std::string& line,
                                       const std::string& config = fleet().config()) {
    const auto done = run({"bash", "-c", R"(
      source <("$PROGRAM" completion bash)
      compopt() { echo "compopt $*"; }
      COMP_LINE=$1 COMP_POINT=${#1} COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
      _muster "$PROGRAM"
      printf '%s\n' "${COMPREPLY[@]}")",
                           "bash", line},
                          surroundings(config));
    EXPECT_EQ(done.err, "");
    return done.lines();
  }

  static std::vector<std::string> zsh(const std::string& words) {
    const auto done = run({"zsh", "-f", "-c", R"sh(
      _describe() { print -rl -- "${(@P)2}"; print -- "suffix ${3-}"; }
      _files() { print files; }
      eval "$($PROGRAM completion zsh)"
      words=($PROGRAM )sh" + words + R"sh(); CURRENT=$#words
      _muster)sh"},
                          surroundings(fleet().config()));
    EXPECT_EQ(done.err, "");
    return done.lines();
  }
};

TEST_F(ShellTest, BashCompletesCommandsOptionsAgentsActionsAndInputs) {
  EXPECT_THAT(bash("muster pi"), ElementsAre("ping"));
  EXPECT_THAT(bash("muster --json -v pi"), ElementsAre("ping"));
  EXPECT_THAT(bash("muster provision sh"), ElementsAre("show"));
  EXPECT_THAT(bash("muster ping --with-i"), ElementsAre("--with-identity"));
  EXPECT_THAT(bash("muster rpc rpcu"), ElementsAre("rpcutil"));
  EXPECT_THAT(bash("muster rpc rpcutil get_"), IsSupersetOf({"get_fact", "get_facts"}));
  EXPECT_THAT(bash("muster rpc rpcutil get_fact "), ElementsAre("compopt -o nospace", "fact="));
  EXPECT_THAT(bash("muster --config "), Contains("compopt -o default"));
}

TEST_F(ShellTest, BashCompletesNamesOfNodesAndFacts) {
  EXPECT_THAT(bash("muster ping -I n"), testing::ElementsAreArray(fleet().identities()));
  EXPECT_THAT(bash("muster ping --with-identity=n1"), ElementsAre("n1.example.test"));
  EXPECT_THAT(bash("muster ping -F coun"), ElementsAre("compopt -o nospace", "country="));
}

TEST_F(ShellTest, WithoutABrokerThereAreNoNamesAndNobodyWaits) {
  auto text = fleet().folder().read("operator/muster.yaml");
  const auto at = text.find(fleet().operators());
  ASSERT_NE(at, std::string::npos);
  text.replace(at, fleet().operators().size(), "192.0.2.1:8883");  // nobody's (RFC 5737)
  const auto nowhere = fleet().folder().write("operator/nowhere.yaml", text);
  const auto started = std::chrono::steady_clock::now();
  EXPECT_THAT(bash("muster ping -I n", nowhere), ElementsAre(""));
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(15));
}

TEST_F(ShellTest, ZshCompletesWithDescriptions) {
  EXPECT_THAT(zsh("pi"), ElementsAre(testing::StartsWith("ping:"), "suffix "));
  EXPECT_THAT(zsh("rpc rpcutil get_fact ''"),
              ElementsAre(testing::StartsWith("fact=:Name of the fact"), "suffix -S"));
  EXPECT_THAT(zsh("ping -I n1"), ElementsAre("n1.example.test", "suffix "));
  EXPECT_THAT(zsh("--config ''"), ElementsAre("files"));
}

TEST_F(ShellTest, ManualPagesAreReadWithoutAWarning) {
  const auto folder = fleet().file("man");
  const auto written = muster({"man", folder});
  ASSERT_EQ(written.exit_code, 0) << written.err;
  auto pages = written.lines();
  EXPECT_THAT(pages,
              IsSupersetOf({(folder / "muster.1").string(), (folder / "muster-rpc.1").string(),
                            (folder / "muster-plugin.1").string()}));
  for (const char* name : {"muster-agent.8", "muster-orchestrator.8"})
    pages.push_back(std::string(MUSTER_SOURCE_DIR "/docs/man/") + name);
  for (const auto& page : pages) {
    const auto shown = run({"man", "--warnings", "-l", page}, {{"LC_ALL", "C.UTF-8"}});
    EXPECT_EQ(shown.exit_code, 0) << page;
    EXPECT_EQ(shown.err, "") << page;
    EXPECT_THAT(shown.out, testing::HasSubstr("SYNOPSIS")) << page;
    EXPECT_THAT(shown.out, testing::Not(testing::HasSubstr("--json VALUE"))) << page;
  }
}

}  // namespace
}  // namespace muster::test
