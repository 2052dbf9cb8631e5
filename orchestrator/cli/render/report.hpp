// Inventory reports: a line a node, by the operator's own template. docs/CLI.md, "Reports".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

inline constexpr std::size_t kTemplateMaxBytes = 65'536;
inline constexpr std::size_t kReportColumnsMax = 1'000;  // of one placeholder

// A text with {placeholders}: {NAME}, {NAME:WIDTH}, {NAME:<WIDTH} (left, the default), {NAME:>WIDTH},
// {NAME:^WIDTH}, and after any of them .MOST to cut. {{ and }} are braces.
class Report {
 public:
  // A template alone is the line of each node. Lines of %% part it from a header before and a footer
  // behind. Errc::config, "NAME:LINE:COLUMN: …" with the nearest placeholder and a caret.
  static Result<Report> parse(std::string_view text, std::string_view name);

  // `frame`: count, time and collective. Header and footer are empty where there are none.
  std::string header(const Value& frame) const { return expand(header_, frame); }
  std::string footer(const Value& frame) const { return expand(footer_, frame); }
  // `node`: identity, version, address, agents, classes, collectives and facts, a map.
  std::string line(const Value& node) const { return expand(line_, node); }
  // Placeholders of the line, once each, in their order: "facts.os.family".
  const std::vector<std::string>& fields() const { return fields_; }

 private:
  struct Part {
    std::string text;   // in front of the placeholder
    std::string field;  // empty: text alone
    char align = '<';
    std::size_t width = 0;
    std::size_t most = 0;  // 0: all of it
  };
  using Parts = std::vector<Part>;
  class Parser;
  static std::string expand(const Parts& parts, const Value& from);

  Parts header_;
  Parts line_;
  Parts footer_;
  std::vector<std::string> fields_;
};

// What stands behind a placeholder; null when the node has nothing there.
Value report_value(const Value& node, std::string_view field);

// Collectives and their nodes, as a picture for Graphviz (`dot -Tsvg`). `nodes` as of Report::line.
std::string collective_graph(const std::vector<Value>& nodes);

}  // namespace muster::cli::render
