#include "orchestrator/cli/render/live_lines.hpp"

#include <fmt/format.h>

namespace muster::cli::render {
namespace {

constexpr const char* kClearToEnd = "\x1b[K";  // EL, ECMA-48 8.3.41

}  // namespace

std::string LiveLines::show(std::vector<std::string> lines, std::size_t rows) {
  // Lines above the screen's top cannot be reached again. One row is the cursor's.
  if (rows > 2 && lines.size() > rows - 1) {
    const std::size_t kept = rows - 2;
    const std::size_t left_out = lines.size() - kept;
    lines.resize(kept);
    lines.push_back(fmt::format("… and {} more; 'muster provision list' shows all", left_out));
  }
  while (lines.size() < shown_.size()) lines.emplace_back();
  std::size_t first = 0;
  while (first < shown_.size() && lines[first] == shown_[first]) ++first;
  if (first == lines.size()) return "";
  std::string out;
  if (first < shown_.size()) out += fmt::format("\x1b[{}A", shown_.size() - first);
  for (std::size_t i = first; i < lines.size(); ++i) {
    if (i >= shown_.size() || lines[i] != shown_[i]) out += lines[i] + kClearToEnd;
    out += "\n";
  }
  shown_ = std::move(lines);
  return out;
}

}  // namespace muster::cli::render
