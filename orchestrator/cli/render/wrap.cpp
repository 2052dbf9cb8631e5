#include "orchestrator/cli/render/wrap.hpp"

#include <sstream>

#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

std::string wrapped_line(const std::string& line, std::size_t indent, std::size_t columns) {
  std::istringstream words(line);
  std::string out;
  std::size_t column = 0;
  for (std::string word; words >> word;) {
    const bool first = column == 0;
    if (!first && column + 1 + width(word) > columns) {
      out += "\n";
      column = 0;
    }
    const std::size_t blanks = column == 0 ? indent : 1;
    out += std::string(blanks, ' ') + word;
    column += blanks + width(word);
  }
  return out + "\n";
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns) {
  std::istringstream lines(printable(text));
  std::string out;
  for (std::string line; std::getline(lines, line);) out += wrapped_line(line, indent, columns);
  return out;
}

std::string labelled(std::string_view label, std::string_view text, std::size_t column,
                     std::size_t columns) {
  const auto lines = wrapped(text, column, columns);
  const auto name = one_line(label);
  if (lines.empty()) return name + "\n";
  if (width(name) + 1 > column) return name + "\n" + lines;
  return pad(name, column) + lines.substr(column);
}

}  // namespace muster::cli::render
