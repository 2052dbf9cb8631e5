#include "proto/base/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/code_points.hpp"

namespace muster::base {
namespace {

bool is_plain_ascii(char c) {
  return c >= 0x20 && c < 0x7f;
}

std::string escaped(char32_t c) {
  const auto number = static_cast<std::uint32_t>(c);
  if (c < 0x80) return fmt::format("\\x{:02x}", number);
  return c <= 0xffff ? fmt::format("\\u{:04x}", number) : fmt::format("\\U{:08x}", number);
}

std::string escaped_byte(char c) {
  return fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
}

std::string json_escaped(char32_t c) {
  const auto number = static_cast<std::uint32_t>(c);
  if (c <= 0xffff) return fmt::format("\\u{:04x}", number);
  const auto above = number - 0x10000;  // two surrogates (RFC 8259, section 7)
  return fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (above >> 10U), 0xdc00 + (above & 0x3ffU));
}

// A line feed or tab.
std::string_view separator(char c, Lines lines) {
  if (lines == Lines::join) return " ";
  if (lines == Lines::keep) return c == '\n' ? "\n" : "\t";
  return c == '\n' ? "\\n" : "\\t";
}

std::string made_printable(std::string_view text, Lines lines, std::string_view marks) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (text.starts_with("\r\n")) text.remove_prefix(1);
    const char c = text.front();
    const auto point = first_code_point(text);
    if (is_plain_ascii(c)) {
      if (marks.find(c) != std::string_view::npos) out += '\\';
      out += c;
    } else if (c == '\n' || c == '\t') {
      out += separator(c, lines);
    } else if (point.bytes == 0) {
      out += escaped_byte(c);
    } else if (is_unprintable(point.value)) {
      out += escaped(point.value);
    } else {
      out += text.substr(0, point.bytes);
    }
    text.remove_prefix(std::max<std::size_t>(1, point.bytes));
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text, Lines lines) {
  if (lines == Lines::join)
    while (text.ends_with('\n')) text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
  if (std::all_of(text.begin(), text.end(), is_plain_ascii)) return std::string(text);
  return made_printable(text, lines, "");
}

std::string one_line(std::string_view text) {
  return printable(text, Lines::join);
}

std::string printable_quoted(std::string_view text, std::string_view marks) {
  return made_printable(text, Lines::escape, marks);
}

std::string json_text(const Value& value, int indentation) {
  auto text = value.dump(indentation, ' ', false, Value::error_handler_t::replace);
  // dump() has escaped C0, and what it writes of its own is ASCII.
  const auto dubious = [](char c) { return c != '\n' && !is_plain_ascii(c); };
  if (std::none_of(text.begin(), text.end(), dubious)) return text;
  std::string out;
  out.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const auto point = first_code_point(rest);
    if (rest.front() != '\n' && is_unprintable(point.value))
      out += json_escaped(point.value);
    else
      out += rest.substr(0, point.bytes);
    rest.remove_prefix(std::max<std::size_t>(1, point.bytes));
  }
  return out;
}

}  // namespace muster::base
