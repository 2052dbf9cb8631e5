#include "orchestrator/cli/completion/completion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

OptionNode option(std::vector<std::string> names, const std::string& type) {
  OptionNode node;
  node.names = std::move(names);
  node.type = type;
  return node;
}

CommandNode command(const std::string& name, std::vector<OptionNode> positionals) {
  CommandNode node;
  node.name = name;
  node.positionals = std::move(positionals);
  node.options = {option({"-c", "--config"}, "FILE"),
                  option({"--json"}, ""),
                  option({"-I", "--with-identity"}, "NODE"),
                  option({"-F", "--with-fact"}, "FACT"),
                  option({"--dm"}, "METHOD"),
                  option({"--display"}, "ok|failed")};
  return node;
}

CommandNode completed_root() {
  CommandNode root;
  root.name = "muster";
  root.options = {option({"-c", "--config"}, "FILE"), option({"--json"}, "")};
  auto inputs = option({}, "KEY=VALUE");
  inputs.repeated = true;
  CommandNode provision;
  provision.name = "provision";
  provision.commands = {command("list", {}), command("show", {option({}, "NODE")})};
  CommandNode plugin;
  plugin.name = "plugin";
  plugin.commands = {command("doc", {option({}, "PLUGIN")})};
  root.commands = {command("ping", {}), plugin, provision, command("facts", {option({}, "FACT")}),
                   command("rpc", {option({}, "AGENT"), option({}, "ACTION"), inputs})};
  return root;
}

ddl::Agent service() {
  ddl::Agent agent;
  ddl::Action restart;
  restart.name = "restart";
  ddl::Input name;
  name.name = "service";
  ddl::Input force;
  force.name = "force";
  force.type = ddl::Type::boolean;
  ddl::Input mode;
  mode.name = "mode";
  mode.type = ddl::Type::list;
  mode.list = {"soft", "very hard"};
  restart.inputs = {name, force, mode};
  agent.actions = {restart};
  return agent;
}

CompletionSources sources() {
  CompletionSources known;
  known.agents = [] { return std::vector<std::string>{"service", "rpcutil"}; };
  known.agent = [](const std::string& name) {
    return name == "service" ? std::optional(service()) : std::nullopt;
  };
  known.plugins = [] {
    return std::vector<std::string>{"agent/puppet", "data/fstat", "data/puppet", "fstat"};
  };
  known.identities = [] { return std::vector<std::string>{"n2", "n1", "web1"}; };
  known.facts = [] { return std::vector<std::string>{"country", "os.family"}; };
  return known;
}

std::vector<std::string> after(const std::vector<std::string>& words) {
  std::vector<std::string> texts;
  const auto completed = complete(completed_root(), words, sources());
  for (const auto& suggestion : completed.suggestions) texts.push_back(suggestion.text);
  return texts;
}

TEST(CompletionTest, CommandsAndThoseBelowThem) {
  EXPECT_THAT(after({""}), ElementsAre("facts", "ping", "plugin", "provision", "rpc"));
  EXPECT_THAT(after({"p"}), ElementsAre("ping", "plugin", "provision"));
  EXPECT_THAT(after({"provision", ""}), ElementsAre("list", "show"));
  EXPECT_THAT(after({"--json", "-c", "x.yaml", "p"}), ElementsAre("ping", "plugin", "provision"));
  EXPECT_THAT(after({"nonsense", ""}), IsEmpty());
}

TEST(CompletionTest, OptionsAndTheirValues) {
  EXPECT_THAT(after({"ping", "--"}), ElementsAre("--config", "--json", "--with-identity",
                                                 "--with-fact", "--dm", "--display"));
  EXPECT_THAT(after({"ping", "--with-i"}), ElementsAre("--with-identity"));
  EXPECT_THAT(after({"ping", "-I", ""}), ElementsAre("n1", "n2", "web1"));
  EXPECT_THAT(after({"ping", "--with-identity=n"}),
              ElementsAre("--with-identity=n2", "--with-identity=n1"));
  EXPECT_THAT(after({"ping", "-F", "c"}), ElementsAre("country="));
  EXPECT_THAT(after({"ping", "-F", "country=d"}), IsEmpty());
  EXPECT_THAT(after({"ping", "--dm", "p"}), ElementsAre("presence"));
  EXPECT_THAT(after({"ping", "--display", ""}), ElementsAre("failed", "ok"));
  EXPECT_TRUE(complete(completed_root(), {"ping", "-c", ""}, sources()).files);
}

TEST(CompletionTest, AgentsActionsInputsAndTheirValues) {
  EXPECT_THAT(after({"rpc", ""}), ElementsAre("rpcutil", "service"));
  EXPECT_THAT(after({"rpc", "-I", "n1", "service", ""}), ElementsAre("restart"));
  EXPECT_THAT(after({"rpc", "unknown", ""}), IsEmpty());
  EXPECT_THAT(after({"rpc", "service", "restart", ""}), ElementsAre("force=", "mode=", "service="));
  EXPECT_THAT(after({"rpc", "service", "restart", "service=x", "--json", ""}),
              ElementsAre("force=", "mode="));
  EXPECT_THAT(after({"rpc", "service", "restart", "force="}),
              ElementsAre("force=false", "force=true"));
  EXPECT_THAT(after({"rpc", "service", "restart", "mode=v"}), ElementsAre("mode=very hard"));
  EXPECT_THAT(after({"rpc", "service", "restart", "service=h"}), IsEmpty());
  EXPECT_THAT(after({"rpc", "service", "restart", "--", "-"}), IsEmpty());
}

TEST(CompletionTest, PluginsWithTheirKindOrWithout) {
  EXPECT_THAT(after({"plugin", "doc", "f"}), ElementsAre("fstat"));
  EXPECT_THAT(after({"plugin", "doc", "data/"}), ElementsAre("data/fstat", "data/puppet"));
}

TEST(CompletionTest, NamesFromTheBus) {
  EXPECT_THAT(after({"provision", "show", "w"}), ElementsAre("web1"));
  EXPECT_THAT(after({"facts", ""}), ElementsAre("country", "os.family"));
}

TEST(CompletionTest, TheBusIsAskedOnlyForItsOwn) {
  auto known = sources();
  known.identities = []() -> std::vector<std::string> { throw std::logic_error("asked"); };
  EXPECT_NO_THROW(complete(completed_root(), {"rpc", "service", "restart", ""}, known));
  EXPECT_NO_THROW(complete(completed_root(), {""}, known));
}

TEST(ShellWordsTest, AreSplitAsAShellDoes) {
  EXPECT_THAT(shell_words("muster rpc  a"), ElementsAre("muster", "rpc", "a"));
  EXPECT_THAT(shell_words("muster "), ElementsAre("muster", ""));
  EXPECT_THAT(shell_words(R"(m 'a b' c\ d "e\"f" '' g)"),
              ElementsAre("m", "a b", "c d", "e\"f", "", "g"));
  EXPECT_THAT(shell_words("m 'unfinished wo"), ElementsAre("m", "unfinished wo"));
  EXPECT_THAT(shell_words(""), ElementsAre(""));
}

TEST(ForBashTest, OnlyWhatFollowsABreakIsInsertedAndEscaped) {
  constexpr const char* kBreaks = " \t\n\"'><=;|&(:";
  EXPECT_EQ(for_bash("mode=very hard", "mode=v", kBreaks), "very\\ hard");
  EXPECT_EQ(for_bash("--display=ok", "--display=", kBreaks), "ok");
  EXPECT_EQ(for_bash("force=", "fo", kBreaks), "force=");
  EXPECT_EQ(for_bash("mode=$(x)", "mode=", ""), "mode=\\$\\(x\\)");
}

}  // namespace
}  // namespace muster::cli
