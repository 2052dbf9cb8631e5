// Every text that a node, an orchestrator or a stranger can choose, hostile, through every renderer.
#include <gtest/gtest.h>

#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/events.hpp"
#include "orchestrator/cli/render/facts.hpp"
#include "orchestrator/cli/render/inventory.hpp"
#include "orchestrator/cli/render/jobs.hpp"
#include "orchestrator/cli/render/ping.hpp"
#include "orchestrator/cli/render/provision.hpp"
#include "orchestrator/cli/render/puppet.hpp"
#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "proto/base/code_points.hpp"
#include "tests/unit/cli/results.hpp"

namespace muster::cli::render {
namespace {

using client::Outcome;

const Style kPlain(false);
constexpr std::size_t kColumns = 1000;
// Escape, C1 control, override, invisible, not UTF-8; then lines that look like Muster's own.
const std::string kHostile =
    "\x1b[2J\u009b\x7f\u202e\u200b\xff\rx\u2028FORGED\nFORGED 3 replies did not verify\n";

client::NodeResult hostile_node(Outcome outcome) {
  auto node = node_result(kHostile, outcome, {{kHostile, {{kHostile, kHostile}}}, {"v", kHostile}});
  node.message = kHostile;
  return node;
}

CallFrame hostile_frame() {
  CallFrame frame;
  frame.undecided = frame.not_asked = {kHostile};
  frame.stopped = kHostile;
  return frame;
}

client::CallResult hostile_result() {
  auto result = call_result({hostile_node(Outcome::ok), hostile_node(Outcome::failed)});
  result.unexpected = {kHostile};
  result.send_error = result.last_unverified = kHostile;
  result.unverified = 1;
  return result;
}

client::Record hostile_record() {
  client::Record record;
  record.identity = record.state = record.workflow = record.step = kHostile;
  record.master = record.orchestrator = record.reason = record.last_output = kHostile;
  client::Step step;
  step.name = step.state = step.message = kHostile;
  record.steps = {step};
  return record;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + "\n";
  return out;
}

struct Mouth {
  const char* name;
  std::string text;
};

std::vector<Mouth> call_mouths() {
  const auto result = hostile_result();
  const auto frame = hostile_frame();
  ddl::Action action;
  action.outputs = {{kHostile, "", kHostile, "", {}}};
  return {{"node", node_text(result.results[0], action, kPlain)},
          {"failed node", node_text(result.results[1], action, kPlain)},
          {"closing", closing_text(frame, result, kPlain, kColumns)},
          {"report", report_text(frame, result, kPlain, kColumns)},
          {"ping", ping_line(result.results[0]) + ping_line(result.results[1])},
          {"ping closing", ping_closing(frame, result, kPlain, kColumns)},
          {"table", joined(table({kHostile}, {{{kHostile}}}, kPlain, kColumns))},
          {"run", run_text(hostile_node(Outcome::failed), kPlain)}};
}

std::vector<Mouth> other_mouths() {
  const auto record = hostile_record();
  const client::LifecycleEvent event{"id", kHostile, kHostile, 1, {{kHostile, kHostile}}, kHostile};
  puppet::RunEnd end;
  end.identity = end.message = end.last_lines = kHostile;
  const auto facts = fact_values(
      call_result({node_result(kHostile, Outcome::ok, {{"value", {{kHostile, kHostile}}}})}));
  const Value inventory = {
      {"agents", {kHostile}}, {"facts", {{kHostile, kHostile}}}, {"version", kHostile}};
  return {{"provision table", joined(provision_table({record}, 1, kPlain, kColumns))},
          {"provision details", provision_details(record, 1, kPlain, kColumns)},
          {"provision line", provision_line(record)},
          {"event", event_line(event, kPlain)},
          {"facts", facts_text(kHostile, facts, true)},
          {"no facts", facts_text(kHostile, {}, true)},
          {"inventory", inventory_text(kHostile, inventory, {}, kPlain)},
          {"puppet run", run_line(end, kPlain)}};
}

void expect_harmless(const Mouth& mouth) {
  EXPECT_NE(mouth.text.find("FORGED"), std::string::npos) << mouth.name << " shows nothing of it";
  EXPECT_EQ(("\n" + mouth.text).find("\nFORGED"), std::string::npos)
      << mouth.name << " lets a line be forged:\n"
      << mouth.text;
  for (std::string_view rest = mouth.text; !rest.empty();) {
    const auto point = base::first_code_point(rest);
    ASSERT_GT(point.bytes, 0U) << mouth.name << " writes what is not UTF-8";
    ASSERT_TRUE(point.value == '\n' || !base::is_unprintable(point.value))
        << mouth.name << " writes U+" << std::hex << static_cast<std::uint32_t>(point.value);
    rest.remove_prefix(point.bytes);
  }
}

TEST(HostileTextTest, NoCallIsShownInAWayThatSteersTheTerminalOrForgesALine) {
  for (const auto& mouth : call_mouths()) expect_harmless(mouth);
}

TEST(HostileTextTest, NeitherAreRecordsEventsFactsAndRuns) {
  for (const auto& mouth : other_mouths()) expect_harmless(mouth);
}

TEST(HostileTextTest, ColumnsStayAlignedBehindEscapes) {
  const auto lines = table({"A", "B"}, {{{"\x1b"}, {"x"}}, {{"ü"}, {"y"}}}, kPlain, kColumns);
  EXPECT_EQ(lines, (std::vector<std::string>{"A     B", "\\x1b  x", "ü     y"}));
}

}  // namespace
}  // namespace muster::cli::render
