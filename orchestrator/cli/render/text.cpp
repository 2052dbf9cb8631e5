#include "orchestrator/cli/render/text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/clock.hpp"

namespace muster::cli::render {
namespace {

// The first byte of a UTF-8 character (RFC 3629).
bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

// The byte at which the character number `count` begins.
std::size_t offset_of(std::string_view text, std::size_t count) {
  for (std::size_t at = 0; at < text.size(); ++at)
    if (starts_character(text[at]) && count-- == 0) return at;
  return text.size();
}

}  // namespace

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string cut(std::string_view text, std::size_t columns) {
  if (width(text) <= columns) return std::string(text);
  if (columns == 0) return "";
  return std::string(text.substr(0, offset_of(text, columns - 1))) + "…";
}

std::string pad(std::string_view text, std::size_t columns) {
  const std::size_t has = width(text);
  return std::string(text) + std::string(has < columns ? columns - has : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t columns) {
  const std::size_t has = width(text);
  return std::string(has < columns ? columns - has : 0, ' ') + std::string(text);
}

std::string indent(std::string_view text, std::size_t spaces) {
  const std::string margin(spaces, ' ');
  std::string out = margin;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += margin;
  }
  return out;
}

std::string duration(std::chrono::milliseconds time) {
  const auto ms = std::max<std::int64_t>(0, time.count());
  if (ms < 1'000) return fmt::format("{} ms", ms);
  if (ms < 60'000) return fmt::format("{}.{} s", ms / 1'000, ms % 1'000 / 100);
  const auto seconds = ms / 1'000;
  if (seconds < 3'600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {:02} min", seconds / 3'600, seconds % 3'600 / 60);
}

std::string time_of_day(std::int64_t unix_ms) {
  return base::iso8601(unix_ms).substr(11, 8);
}

std::string field(std::string_view label, std::string_view text) {
  constexpr std::size_t kLabelColumns = 12;
  if (text.empty()) return "";
  return pad_left(label, kLabelColumns) + ": " + std::string(text) + "\n";
}

std::string value_text(const Value& value) {
  if (value.is_string()) return printable(value.get_ref<const std::string&>());
  return base::json_text(value, 2);
}

Value member(const Value& answer, const char* name) {
  return answer.is_object() && answer.contains(name) ? answer[name] : Value();
}

std::string in_columns(const std::vector<std::string>& names, std::size_t columns) {
  constexpr std::size_t kColumnLeast = 30;
  constexpr std::size_t kMargin = 3;
  std::vector<std::string> sorted;
  for (const auto& name : names) sorted.push_back(one_line(name));
  std::sort(sorted.begin(), sorted.end());
  std::size_t widest = kColumnLeast;
  for (const auto& name : sorted) widest = std::max(widest, width(name) + 2);
  const std::size_t in_a_line =
      std::max<std::size_t>(1, (std::max(columns, kMargin) - kMargin) / widest);
  std::string out;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const bool last = (i + 1) % in_a_line == 0 || i + 1 == sorted.size();
    if (i % in_a_line == 0) out += std::string(kMargin, ' ');
    out += last ? sorted[i] + "\n" : pad(sorted[i], widest);
  }
  return out;
}

}  // namespace muster::cli::render
