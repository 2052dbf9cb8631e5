#include "orchestrator/cli/render/ping.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/render/plain_style.hpp"
#include "tests/unit/cli/results.hpp"

namespace muster::cli::render {
namespace {

using client::Outcome;

TEST(PingTest, ALineIsANodeAndItsTime) {
  EXPECT_EQ(ping_line(node_result("n1.example.com", Outcome::ok)),
            "n1.example.com                           time=12.34 ms\n");
}

TEST(PingTest, ARefusalSaysSo) {
  EXPECT_NE(ping_line(node_result("n1", Outcome::refused)).find("refused: could not do it"),
            std::string::npos);
}

TEST(PingTest, TheStatisticsNameWhoIsSilent) {
  auto slow = node_result("n2", Outcome::ok);
  slow.took = std::chrono::microseconds(37'660);
  const auto result =
      call_result({node_result("n1", Outcome::ok), slow, node_result("n3", Outcome::silent)});
  EXPECT_EQ(ping_closing({}, result, kPlain, 90),
            "\n---- ping statistics ----\n2 replies max: 37.66 min: 12.34 avg: 25.00\n\n"
            "No response from:\n\n   n3\n");
}

TEST(PingTest, NobodyIsSaidToo) {
  EXPECT_EQ(ping_closing({}, call_result({}), kPlain, 90),
            "\n---- ping statistics ----\nNo responses received\n");
}

}  // namespace
}  // namespace muster::cli::render
