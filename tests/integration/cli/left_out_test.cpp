// What presence leaves out: it answers nothing about it, and nobody acts whom a filter excludes.
#include <gmock/gmock.h>

#include <csignal>

#include "proto/base/files.hpp"
#include "tests/integration/cli/asking.hpp"

namespace muster::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LeftOutTest : public AskingTest {
 protected:
  // n4 gets 251 classes, the last of which presence has no room for.
  static void SetUpTestSuite() {
    AskingTest::SetUpTestSuite();
    std::string classes;
    for (int i = 0; i < 250; ++i) classes += "class" + std::to_string(i) + "\n";
    auto& n4 = fleet().node("n4.example.test");
    n4.write("classes.txt", classes + "role::zz\n");
    const auto before = n4.agent().output().size();
    n4.agent().signal(SIGHUP);
    ASSERT_TRUE(n4.agent().says("on the bus as n4.example.test", before));
    ASSERT_TRUE(fleet().all_online());
  }
};

TEST_F(LeftOutTest, AClassThatPresenceLeftOutIsFound) {
  EXPECT_TRUE(fakes::wait_until([] {
    return muster({"find", "-C", "role::zz"}).lines() == full({"n4"});
  }));
  const auto presence = muster({"find", "-C", "role::zz", "--dm", "presence"});
  EXPECT_EQ(presence.exit_code, 1);
  EXPECT_THAT(presence.err,
              HasSubstr("n4.example.test left 51 of its classes out; say --dm broadcast"));
}

TEST_F(LeftOutTest, AnActionDoesNotRunOnTheNodeThatTheFilterExcludes) {
  const auto asked = muster({"rpc", "rpcutil", "ping", "-S", "not role::zz", "--json"});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_EQ(senders(asked.json()), full({"n1", "n2", "n3", "n5", "n6"}));
}

TEST_F(LeftOutTest, NodesThatAProgramNamesJudgeTheFilterThemselves) {
  const auto reply =
      fleet().folder().write("names",
                             "#!/bin/sh\necho '{\"protocol\": "
                             "\"io.choria.choria.discovery.v1.external_reply\", \"nodes\": "
                             "[\"n1.example.test\", \"n5.example.test\"]}' > \"$2\"\n");
  std::filesystem::permissions(reply, std::filesystem::perms::owner_all);
  const auto asked = muster({"rpc", "rpcutil", "ping", "-F", "country=de", "--dm", "external",
                             "--do", "command=" + reply.string(), "--json"});
  EXPECT_EQ(asked.exit_code, 2) << asked.err;
  EXPECT_EQ(senders(asked.json()), full({"n1"}));
  EXPECT_THAT(asked.json().at("not_matched"), ElementsAre("n5.example.test"));
  const auto text = muster({"rpc", "rpcutil", "ping", "-F", "country=de", "--dm", "external",
                            "--do", "command=" + reply.string()});
  EXPECT_THAT(text.out, HasSubstr("Left alone, for the filter does not match any more:\n\n"
                                  "   n5.example.test"));
}

TEST_F(LeftOutTest, AReportOfClassesAsksTheNodesThatHaveMore) {
  const auto report = muster({"inventory", "--report", "{identity} {classes}", "-C", "role::zz"});
  EXPECT_THAT(report.out, HasSubstr("role::zz"));
}

TEST_F(LeftOutTest, AReportOfAFactThatNobodyHasEndsAndSaysSo) {
  const auto report = muster({"inventory", "--report", "{identity} {facts.contry}"});
  EXPECT_EQ(report.exit_code, 0) << report.err;
  EXPECT_EQ(report.lines().size(), 6U);
  EXPECT_THAT(report.err, HasSubstr("no node has the fact 'contry'; did you mean 'country'?"));
}

TEST_F(LeftOutTest, OptionsStandWhereScriptsPutThem) {
  for (const auto& words :
       {Words{"rpc", "-I", "n1.example.test", "rpcutil", "get_fact", "fact=country"},
        Words{"rpc", "rpcutil", "-I", "n1.example.test", "get_fact", "fact=country"},
        Words{"rpc", "rpcutil", "get_fact", "-I", "n1.example.test", "fact=country"},
        Words{"rpc", "rpcutil", "get_fact", "fact=country", "-I", "n1.example.test"},
        Words{"-I", "n1.example.test", "rpc", "rpcutil", "get_fact", "fact=country"}}) {
    const auto asked = muster(join(words, {"--json"}));
    EXPECT_EQ(asked.exit_code, 0) << testing::PrintToString(words) << asked.err;
    EXPECT_EQ(senders(asked.json()), full({"n1"})) << testing::PrintToString(words);
  }
}

}  // namespace
}  // namespace muster::test
