// The units as systemd-analyze(1) counts them, and whether they say why they leave something out.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "proto/base/value.hpp"

namespace muster::hardening {
namespace {

struct Unit {
  const char* file;
  int most_tenths;  // of the exposure, in tenths: 0 to 100
};

constexpr Unit kUnits[] = {{"muster-orchestrator.service", 20},
                           {"muster-broker-watch.service", 20},
                           {"muster-agent.service", 79}};

base::ChildResult analyze(const Unit& unit, std::vector<std::string> options) {
  base::ChildSpec spec;
  spec.argv = {"systemd-analyze", "security", "--offline=true", "--no-pager"};
  spec.argv.insert(spec.argv.end(), options.begin(), options.end());
  spec.argv.push_back(std::string(MUSTER_UNITS) + "/" + unit.file);
  const auto result = base::run_child(spec);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result : base::ChildResult();
}

// "PrivateTmp=" of "PrivateTmp=", "CAP_SYS_TIME" of "CapabilityBoundingSet=~CAP_SYS_TIME".
std::string what_is_open(const std::string& name) {
  const auto tilde = name.find('~');
  if (tilde != std::string::npos) return name.substr(tilde + 1);
  return name.substr(0, name.find('=') + 1);
}

TEST(UnitsTest, NoneIsMoreExposedThanItsWorkDemands) {
  for (const auto& unit : kUnits) {
    const auto result = analyze(unit, {"--threshold=" + std::to_string(unit.most_tenths)});
    EXPECT_EQ(result.exit_code, 0)
        << unit.file << ": " << result.out.substr(result.out.rfind("Overall"));
  }
}

TEST(UnitsTest, WhatTheyLeaveOpenTheyExplain) {
  for (const auto& unit : kUnits) {
    const auto text = base::read_file(std::string(MUSTER_UNITS) + "/" + unit.file);
    ASSERT_TRUE(text);
    const auto table = Value::parse(analyze(unit, {"--json=short"}).out, nullptr, false);
    ASSERT_TRUE(table.is_array() && table.size() > 50) << unit.file;
    for (const auto& row : table)
      if (row.value("set", Value()) == false) {
        const auto open = what_is_open(row.at("name"));
        EXPECT_NE(text->find(open), std::string::npos)
            << unit.file << " does not say why " << open << " is open";
      }
  }
}

TEST(UnitsTest, OnlyTheAgentRunsAsRoot) {
  for (const auto& unit : kUnits) {
    const auto text = base::read_file(std::string(MUSTER_UNITS) + "/" + unit.file);
    ASSERT_TRUE(text);
    const bool agent = std::string_view(unit.file) == "muster-agent.service";
    EXPECT_EQ(text->find("\nUser=") == std::string::npos, agent) << unit.file;
    EXPECT_EQ(text->find("\nUser=root") == std::string::npos, true) << unit.file;
  }
}

// The kernel hides a process that gave up root from its own user as well.
TEST(UnitsTest, TheWatcherMaySeeABrokerThatGaveUpRoot) {
  const auto text = base::read_file(std::string(MUSTER_UNITS) + "/muster-broker-watch.service");
  ASSERT_TRUE(text);
  for (const auto* hides : {"\nProtectProc=", "\nProcSubset=", "\nPrivatePIDs="})
    EXPECT_EQ(text->find(hides), std::string::npos) << hides;
}

TEST(UnitsTest, TheOrchestratorsUserIsMade) {
  base::ChildSpec spec;
  spec.argv = {"systemd-sysusers", "--dry-run", std::string(MUSTER_UNITS) + "/muster.sysusers"};
  const auto result = base::run_child(spec);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 0) << result->err;
  const auto text = base::read_file(std::string(MUSTER_UNITS) + "/muster.sysusers");
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("\nu muster "), std::string::npos);
}

}  // namespace
}  // namespace muster::hardening
