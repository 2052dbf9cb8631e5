#include "plugins/agents/puppet/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::puppet {
namespace {

// As Puppet 7.23 writes it, shortened.
constexpr char kReport[] = R"(--- !ruby/object:Puppet::Transaction::Report
host: vm
environment: production
logs:
- level: notice
  message: |-
    x: "quoted"
    two lines
  source: Puppet
  tags:
  - notice
  time: '2026-11-21T16:37:25.265347358+00:00'
  file:
  line:
- level: err
  message: 'could not ''find'' it'
  source: "/Stage[main]/Main/File[/tmp/made]/ensure"
  time: '2026-11-21T16:37:25.268076746+00:00'
  file: ''
  line: 2
metrics:
  logs:
  - level: not a message
resource_statuses:
  ? |-
    Notify[x]
  : !ruby/object:Puppet::Resource::Status
    title: x
)";

class RunReportTest : public testing::Test {
 protected:
  Result<Value> logs(const std::string& report) {
    folder_.write("state/last_run_report.yaml", report);
    return last_run_logs(paths());
  }
  PuppetPaths paths() const {
    PuppetPaths paths;
    paths.vardir = folder_.path();
    return paths;
  }
  fakes::TempFolder folder_;
};

TEST_F(RunReportTest, TheMessagesOfARunAndNothingElse) {
  const auto read = logs(kReport);
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2);
  EXPECT_EQ(read->at(0), Value({{"level", "notice"},
                                {"message", "x: \"quoted\"\ntwo lines"},
                                {"source", "Puppet"},
                                {"time", "2026-11-21T16:37:25.265347358+00:00"}}));
  EXPECT_EQ(read->at(1).at("level"), "err");
  EXPECT_EQ(read->at(1).at("message"), "could not 'find' it");
}

TEST_F(RunReportTest, BeforeTheFirstRunItSaysSo) {
  EXPECT_EQ(last_run_logs(paths()).error().code, Errc::not_found);
}

TEST_F(RunReportTest, ARunWithoutMessagesHasNone) {
  EXPECT_EQ(logs("---\nhost: vm\nlogs: []\nmetrics: {}\n").value(), Value::array());
  EXPECT_EQ(logs("---\nhost: vm\n").value(), Value::array());
  EXPECT_EQ(logs("").value(), Value::array());
}

TEST_F(RunReportTest, OfAVeryLongOneTheBeginningIsGivenAndItSaysSo) {
  std::string report = "---\nlogs:\n";
  for (int i = 0; i < 20'000; ++i)
    report += "- level: notice\n  message: message " + std::to_string(i) + "\n  source: Puppet\n";
  const auto read = logs(report + "metrics: {}\n");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_GT(read->size(), 1000);
  EXPECT_LT(read->size(), 20'000);
  EXPECT_THAT(read->back().at("message").get<std::string>(), testing::HasSubstr("the rest is in"));
  EXPECT_EQ(read->at(read->size() - 2).at("source"), "Puppet") << "entries are whole";
}

TEST_F(RunReportTest, AMessagePartThatIsNoYamlIsAnErrorThatNamesTheFile) {
  const auto read = logs("---\nlogs:\n- level: [\n");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, testing::HasSubstr("last_run_report.yaml"));
}

}  // namespace
}  // namespace muster::plugins::puppet
