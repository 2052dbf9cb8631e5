#include "plugins/aggregates/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plugins/aggregates/aggregates.hpp"
#include "proto/ddl/format.hpp"

namespace muster::aggregates {
namespace {

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

std::string first_characters(std::string_view text, std::size_t count) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (begins_character(text[i]) && seen++ == count) return std::string(text.substr(0, i));
  return std::string(text);
}

std::string whole_number(double number) {
  return fmt::format("{:.0f}", number);
}

std::string converted(const ddl::Directive& directive, const Argument& argument) {
  if (const auto* text = std::get_if<std::string>(&argument)) {
    if (directive.conversion != 's' || !directive.precision) return *text;
    return first_characters(*text, *directive.precision);
  }
  const auto* integer = std::get_if<std::int64_t>(&argument);
  const double real = integer ? static_cast<double>(*integer) : std::get<double>(argument);
  if (directive.conversion == 'f')
    return fmt::format("{:.{}f}", real, directive.precision.value_or(6));
  if (integer) return fmt::format("{}", *integer);
  return directive.conversion == 'd' ? whole_number(real) : fmt::format("{}", real);
}

std::string padded(const ddl::Directive& directive, std::string text) {
  const std::size_t has = width(text);
  if (has >= directive.width) return text;
  const std::size_t missing = directive.width - has;
  if (directive.left) return text + std::string(missing, ' ');
  if (!directive.zeros) return std::string(missing, ' ') + text;
  const bool signed_text = !text.empty() && text.front() == '-';
  return text.insert(signed_text ? 1 : 0, missing, '0');
}

}  // namespace

std::string text_of(const Value& value) {
  const auto text = value.is_string() ? value.get<std::string>()
                                      : value.dump(-1, ' ', false, Value::error_handler_t::replace);
  if (width(text) <= kValueShownMax) return text;
  return first_characters(text, kValueShownMax - 1) + "…";
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string filled(std::string_view format, const std::vector<Argument>& arguments) {
  const auto parsed = ddl::parse_format(format);
  if (!parsed) return std::string(format);
  std::string out;
  for (std::size_t i = 0; i < parsed->directives.size(); ++i) {
    const auto& directive = parsed->directives[i];
    out += directive.before;
    if (i < arguments.size()) out += padded(directive, converted(directive, arguments[i]));
  }
  return out + parsed->after;
}

}  // namespace muster::aggregates
