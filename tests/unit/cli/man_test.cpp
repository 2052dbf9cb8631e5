#include "orchestrator/cli/man/man.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using testing::HasSubstr;

CommandNode documented_root() {
  OptionNode timeout;
  timeout.names = {"-t", "--timeout"};
  timeout.type = "SECONDS";
  timeout.help = "Seconds until who is silent is named";
  timeout.preset = "5";
  timeout.group = "Request";
  OptionNode agent;
  agent.type = "AGENT";
  agent.required = true;
  CommandNode rpc;
  rpc.name = "rpc";
  rpc.path = "muster rpc";
  rpc.help = "Call an action";
  rpc.options = {timeout};
  rpc.positionals = {agent};
  CommandNode list;
  list.name = "list";
  list.path = "muster token list";
  CommandNode token;
  token.name = "token";
  token.path = "muster token";
  token.commands = {list};
  CommandNode root;
  root.name = "muster";
  root.path = "muster";
  root.commands = {rpc, token};
  return root;
}

std::string page(const std::string& file) {
  for (const auto& page : man_pages(documented_root(), "1.2.3"))
    if (page.file == file) return page.text;
  return "no " + file;
}

TEST(ManTest, EachCommandHasAPageWithItsOptions) {
  EXPECT_EQ(man_pages(documented_root(), "1.2.3").size(), 3U);
  const auto rpc = page("muster-rpc.1");
  EXPECT_THAT(rpc, HasSubstr(".TH MUSTER\\-RPC 1 \"\" \"Muster 1.2.3\" \"Muster\"\n"));
  EXPECT_THAT(rpc, HasSubstr("muster\\-rpc \\- Call an action\n"));
  EXPECT_THAT(rpc, HasSubstr("\\fBmuster rpc\\fR [\\fIoptions\\fR] \\fIAGENT\\fR\n"));
  EXPECT_THAT(rpc,
              HasSubstr(".SS Request\n.TP\n\\fB\\-t\\fR, \\fB\\-\\-timeout\\fR "
                        "\\fISECONDS\\fR\nSeconds until who is silent is named (default 5).\n"));
  EXPECT_THAT(page("muster-token.1"), HasSubstr(".SH muster token list\n"));
  EXPECT_THAT(page("muster.1"), HasSubstr("\\fBmuster\\-rpc\\fR(1)\nCall an action.\n"));
}

TEST(ManTest, TextIsNoRoff) {
  EXPECT_EQ(roff(".so /etc/passwd\n'x"), "\\&.so /etc/passwd\n\\&\\(aqx");
  EXPECT_EQ(roff("a\\fB-b ~ ^…"), "a\\efB\\-b \\(ti \\(ha...");
}

}  // namespace
}  // namespace muster::cli
