#include "orchestrator/cli/render/broker_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

using broker_check::Finding;
using broker_check::Verdict;

Ink ink_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return Ink::green;
    case Verdict::broken:
      return Ink::red;
    case Verdict::untried:
      return Ink::dim;
  }
  return Ink::plain;
}

auto count_of(const std::vector<Finding>& findings, Verdict verdict) {
  return std::count_if(findings.begin(), findings.end(),
                       [verdict](const Finding& each) { return each.verdict == verdict; });
}

std::string what_to_do(const std::vector<Finding>& findings) {
  std::string out;
  for (const auto& finding : findings)
    if (finding.verdict == Verdict::broken)
      out += fmt::format("\n{}: {}\n   seen: {}\n   do:   {}\n", finding.role, finding.claim,
                         one_line(finding.detail), one_line(finding.remedy));
  return out;
}

// What the table had no room for, each once.
std::string reasons_beside(const std::string& table, const std::vector<Finding>& findings) {
  std::string out;
  for (const auto& finding : findings) {
    const auto reason = one_line(finding.detail);
    if (finding.verdict != Verdict::untried || table.find(reason) != std::string::npos) continue;
    const auto line = fmt::format("\nnot tried: {}", reason);
    if (out.find(line) == std::string::npos) out += line;
  }
  return out.empty() ? out : out + "\n";
}

}  // namespace

std::string broker_check_text(const std::vector<Finding>& findings, const Style& style,
                              std::size_t columns) {
  std::vector<Row> rows;
  for (const auto& finding : findings)
    rows.push_back({{finding.role},
                    {finding.claim},
                    {std::string(name_of(finding.verdict)), ink_of(finding.verdict)},
                    {finding.verdict == Verdict::untried ? finding.detail : "", Ink::dim}});
  const auto out = table_text({"WHO", "WHAT", "RESULT", "WHY NOT"}, rows, style, columns);
  return out + what_to_do(findings) + reasons_beside(out, findings) +
         fmt::format("\n{} hold, {} broken, {} not tried\n", count_of(findings, Verdict::holds),
                     count_of(findings, Verdict::broken), count_of(findings, Verdict::untried));
}

Value broker_check_json(const std::vector<Finding>& findings) {
  auto checks = Value::array();
  for (const auto& finding : findings)
    checks.push_back({{"who", finding.role},
                      {"what", finding.claim},
                      {"result", std::string(name_of(finding.verdict))},
                      {"detail", finding.detail},
                      {"remedy", finding.remedy}});
  return {{"checks", std::move(checks)},
          {"holds", count_of(findings, Verdict::holds)},
          {"broken", count_of(findings, Verdict::broken)},
          {"untried", count_of(findings, Verdict::untried)}};
}

bool any_broken(const std::vector<Finding>& findings) {
  return count_of(findings, Verdict::broken) > 0;
}

}  // namespace muster::cli::render
