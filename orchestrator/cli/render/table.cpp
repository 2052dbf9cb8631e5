#include "orchestrator/cli/render/table.hpp"

#include <algorithm>

#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

constexpr std::string_view kGap = "  ";

std::string line_of(const Row& row, const std::vector<std::size_t>& widths, const Style& style,
                    std::size_t columns) {
  std::string line;
  std::size_t used = 0;
  for (std::size_t i = 0; i < row.size() && used < columns; ++i) {
    const bool last = i + 1 == row.size();
    const std::string text = cut(row[i].text, std::min(widths[i], columns - used));
    line += style(row[i].ink, text);
    used += width(text);
    if (last) break;
    const std::string space(std::min(widths[i] - width(text) + kGap.size(), columns - used), ' ');
    line += space;
    used += space.size();
  }
  const auto end = line.find_last_not_of(' ');
  return end == std::string::npos ? "" : line.substr(0, end + 1);
}

}  // namespace

std::vector<std::string> table(const std::vector<std::string>& header, const std::vector<Row>& rows,
                               const Style& style, std::size_t columns) {
  Row head;
  std::vector<std::size_t> widths;
  for (const auto& name : header) {
    head.push_back({one_line(name), Ink::bold});
    widths.push_back(width(head.back().text));
  }
  std::vector<Row> shown = rows;
  for (auto& row : shown)
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      row[i].text = one_line(row[i].text);
      widths[i] = std::max(widths[i], width(row[i].text));
    }
  std::vector<std::string> lines{line_of(head, widths, style, columns)};
  for (const auto& row : shown) lines.push_back(line_of(row, widths, style, columns));
  return lines;
}

std::string table_text(const std::vector<std::string>& header, const std::vector<Row>& rows,
                       const Style& style, std::size_t columns) {
  std::string text;
  for (const auto& line : table(header, rows, style, columns)) text += line + "\n";
  return text;
}

}  // namespace muster::cli::render
