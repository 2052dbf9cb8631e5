#include "orchestrator/cli/output.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace muster::cli {
namespace {

using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

std::string noted(std::string_view text) {
  CaptureStderr();
  note(text);
  return GetCapturedStderr();
}

TEST(OutputTest, ANoteNeitherSteersTheTerminalNorForgesLines) {
  EXPECT_EQ(noted("n1: \x1b[2J\u202e\nmuster: 5 replies did not verify\n\n  deep"),
            "muster: n1: \\x1b[2J\\u202e\n  muster: 5 replies did not verify\n\n  deep\n");
}

TEST(OutputTest, JsonHoldsNothingThatATerminalObeysAndTheSameValue) {
  const Value value = {{"data", "\u009b2J\x7f\u2028\u202e\x1b"}};
  CaptureStdout();
  print_json_line(value);
  const auto line = GetCapturedStdout();
  EXPECT_EQ(line, "{\"data\":\"\\u009b2J\\u007f\\u2028\\u202e\\u001b\"}\n");
  EXPECT_EQ(Value::parse(line), value);
  CaptureStdout();
  print_json(value);
  EXPECT_EQ(Value::parse(GetCapturedStdout()), value);
}

}  // namespace
}  // namespace muster::cli
