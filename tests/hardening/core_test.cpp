// The cores of a node and of an orchestrator do nothing by themselves: what their archives need from outside shows neither thread,
// socket, file, clock nor chance (nm(1)).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/child.hpp"

namespace muster::hardening {
namespace {

// Whole names.
constexpr std::array<std::string_view, 26> kCalls{
    "socket", "connect",      "bind",        "poll",      "select",     "open",  "open64",
    "openat", "openat64",     "fopen",       "fopen64",   "read",       "write", "clock_gettime",
    "time",   "gettimeofday", "nanosleep",   "getrandom", "getentropy", "rand",  "random",
    "fork",   "execve",       "getaddrinfo", "usleep",    "sleep"};
// Parts of names, C++'s as they are written.
constexpr std::array<std::string_view, 16> kParts{"pthread_",
                                                  "epoll_",
                                                  "sem_wait",
                                                  "_clock::now()",
                                                  "std::random_device",
                                                  "std::thread::",
                                                  "std::condition_variable",
                                                  "std::filesystem::",
                                                  "basic_ifstream",
                                                  "basic_fstream",
                                                  "base::random_id",
                                                  "base::Backoff::next()",
                                                  "base::read_file",
                                                  "base::write_file",
                                                  "base::SystemClock",
                                                  "transport::mqtt"};

// Names of files are words; nothing is opened by them.
constexpr std::string_view kPath = "std::filesystem::__cxx11::path::";

bool is_forbidden(std::string_view symbol) {
  if (symbol.starts_with(kPath)) return false;
  if (std::find(kCalls.begin(), kCalls.end(), symbol) != kCalls.end()) return true;
  return std::any_of(kParts.begin(), kParts.end(), [symbol](std::string_view part) {
    return symbol.find(part) != std::string_view::npos;
  });
}

// What the archive needs from others.
std::vector<std::string> undefined_in(const std::string& archive) {
  base::ChildSpec spec;
  spec.argv = {"nm", "--undefined-only", "--demangle", "--format=posix", archive};
  spec.output_max_bytes = std::size_t{64} << 20U;
  const auto result = base::run_child(spec);
  EXPECT_TRUE(result) << result.error().message;
  if (!result) return {};
  EXPECT_EQ(result->exit_code, 0) << result->err;
  std::vector<std::string> symbols;
  std::istringstream lines(result->out);
  for (std::string line; std::getline(lines, line);)
    if (const auto type = line.rfind(" U"); type != std::string::npos)
      symbols.push_back(line.substr(0, type));
  return symbols;
}

void expect_core(const std::string& archive) {
  const auto symbols = undefined_in(archive);
  EXPECT_GT(symbols.size(), 50U);
  for (const auto& symbol : symbols) EXPECT_FALSE(is_forbidden(symbol)) << symbol;
}

void expect_driver(const std::string& archive) {
  const auto symbols = undefined_in(archive);
  EXPECT_TRUE(std::any_of(symbols.begin(), symbols.end(), is_forbidden));
}

TEST(NodeCoreTest, ItNeedsNoThreadSocketFileClockOrChanceOfItsOwn) {
  expect_core(MUSTER_NODE_CORE);
}

TEST(NodeCoreTest, WhatADriverNeedsWouldBeSeen) {
  expect_driver(MUSTER_DRIVERS_LINK);
}

TEST(OrchestratorCoreTest, ItNeedsNoThreadSocketFileClockOrChanceOfItsOwn) {
  expect_core(MUSTER_PROVISION_CORE);
}

TEST(WorkflowCoreTest, TheLanguageNeedsNoneOfThemEither) {
  expect_core(MUSTER_WORKFLOW_CORE);
}

TEST(OrchestratorCoreTest, WhatADriverNeedsWouldBeSeen) {
  expect_driver(MUSTER_PROVISION_DRIVER);
}

}  // namespace
}  // namespace muster::hardening
