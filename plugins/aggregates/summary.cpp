#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "plugins/aggregates/function.hpp"
#include "plugins/aggregates/text.hpp"

namespace muster::aggregates {
namespace {

struct Row {
  std::string text;
  const Value* value = nullptr;  // the first that counted here
  std::int64_t count = 0;
};

std::string shown(const ddl::Aggregate& aggregate, const Value& value) {
  // Values are compared whole: two that differ behind kValueShownMax are two.
  const auto text = value.is_string() ? value.get<std::string>()
                                      : value.dump(-1, ' ', false, Value::error_handler_t::replace);
  for (const auto& [from, to] : aggregate.mapping)
    if (from == text) return to;
  return text;
}

bool before(const Row& a, const Row& b) {
  if (a.count != b.count) return a.count > b.count;
  if (a.value->is_number() && b.value->is_number()) return *a.value < *b.value;
  return a.text < b.text;
}

std::vector<Row> counted(const ddl::Aggregate& aggregate, const Sample& sample) {
  std::map<std::string, Row> rows;
  for (const auto* value : sample.values) {
    auto text = shown(aggregate, *value);
    auto& row = rows[text];
    if (row.count++ == 0) row.value = value;
    if (row.text.empty()) row.text = std::move(text);
  }
  std::vector<Row> sorted;
  for (auto& [unused, row] : rows) sorted.push_back(std::move(row));
  std::stable_sort(sorted.begin(), sorted.end(), before);
  return sorted;
}

}  // namespace

void compute_summary(const ddl::Aggregate& aggregate, const Sample& sample, Summary& summary) {
  const auto rows = counted(aggregate, sample);
  summary.value = Value::object();
  for (const auto& row : rows) summary.value[row.text] = row.count;
  const std::size_t shown_rows = std::min(rows.size(), kLinesMax);
  std::size_t widest = 0;
  for (std::size_t i = 0; i < shown_rows; ++i)
    widest = std::max(widest, width(text_of(rows[i].text)));
  const auto format =
      aggregate.format.empty() ? fmt::format("%{}s = %s", widest) : aggregate.format;
  for (std::size_t i = 0; i < shown_rows; ++i)
    summary.lines.push_back(filled(format, {text_of(rows[i].text), rows[i].count}));
  if (rows.size() > shown_rows)
    summary.lines.push_back(fmt::format("… and {} more values", rows.size() - shown_rows));
}

// MCollective's puppet agent has it; without a mapping it is a summary.
void compute_boolean_summary(const ddl::Aggregate& aggregate, const Sample& sample,
                             Summary& summary) {
  compute_summary(aggregate, sample, summary);
}

}  // namespace muster::aggregates
