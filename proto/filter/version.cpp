#include "proto/filter/version.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace muster::filter {
namespace {

constexpr std::string_view kVersionDigits = "0123456789";

bool digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kVersionDigits) == std::string_view::npos;
}

// Of any length: leading zeros mean nothing.
std::strong_ordering by_number(std::string_view left, std::string_view right) {
  left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
  right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left.compare(right) <=> 0;
}

// A number comes before a text.
std::strong_ordering by_part(std::string_view left, std::string_view right) {
  const bool left_number = all_digits(left);
  const bool right_number = all_digits(right);
  if (left_number && right_number) return by_number(left, right);
  if (left_number != right_number)
    return left_number ? std::strong_ordering::less : std::strong_ordering::greater;
  return left.compare(right) <=> 0;
}

// Takes what stands before the next `separator` off the front.
std::string_view take_part(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

std::strong_ordering by_parts(std::string_view left, std::string_view right) {
  while (!left.empty() || !right.empty()) {
    const auto a = left.empty() ? "0" : take_part(left, '.');
    const auto b = right.empty() ? "0" : take_part(right, '.');
    if (const auto order = by_part(a, b); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

// Of pre-releases the one that ends first comes first.
std::strong_ordering by_pre_release(std::string_view left, std::string_view right) {
  while (!left.empty() && !right.empty())
    if (const auto order = by_part(take_part(left, '.'), take_part(right, '.')); order != 0)
      return order;
  return !left.empty() <=> !right.empty();
}

std::strong_ordering by_semver(std::string_view left, std::string_view right) {
  for (auto* text : {&left, &right}) {
    if (text->starts_with('v')) text->remove_prefix(1);
    *text = text->substr(0, text->find('+'));
  }
  const auto main_left = take_part(left, '-');
  const auto main_right = take_part(right, '-');
  if (const auto order = by_parts(main_left, main_right); order != 0) return order;
  // What is left is a pre-release.
  if (left.empty() != right.empty())
    return left.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
  return by_pre_release(left, right);
}

// Letters before all else, and '~' before even the end.
int debian_weight(std::string_view text) {
  if (text.empty() || digit(text[0])) return 0;
  const auto c = static_cast<unsigned char>(text[0]);
  if (c == '~') return -1;
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter ? c : c + 256;
}

std::string_view take_digits(std::string_view& text) {
  const auto end = std::min(text.find_first_not_of(kVersionDigits), text.size());
  const auto digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

// Texts and numbers in turn.
std::strong_ordering by_debian_part(std::string_view left, std::string_view right) {
  while (!left.empty() || !right.empty()) {
    while ((!left.empty() && !digit(left[0])) || (!right.empty() && !digit(right[0]))) {
      const auto order = debian_weight(left) <=> debian_weight(right);
      if (order != 0) return order;
      left.remove_prefix(std::min<std::size_t>(1, left.size()));
      right.remove_prefix(std::min<std::size_t>(1, right.size()));
    }
    const auto a = take_digits(left);
    const auto b = take_digits(right);
    if (const auto order = by_number(a, b); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

struct DebianVersion {
  std::string_view epoch = "0";
  std::string_view upstream;
  std::string_view revision;
};

DebianVersion debian_version(std::string_view text) {
  DebianVersion version;
  if (text.find(':') != std::string_view::npos) version.epoch = take_part(text, ':');
  const auto dash = text.rfind('-');
  version.upstream = text.substr(0, dash);
  if (dash != std::string_view::npos) version.revision = text.substr(dash + 1);
  return version;
}

std::strong_ordering by_debian(std::string_view left, std::string_view right) {
  const auto a = debian_version(left);
  const auto b = debian_version(right);
  if (const auto order = by_number(a.epoch, b.epoch); order != 0) return order;
  if (const auto order = by_debian_part(a.upstream, b.upstream); order != 0) return order;
  return by_debian_part(a.revision, b.revision);
}

bool agrees(Operator op, std::strong_ordering order) {
  switch (op) {
    case Operator::equal:
      return order == 0;
    case Operator::not_equal:
      return order != 0;
    case Operator::less:
      return order < 0;
    case Operator::less_or_equal:
      return order <= 0;
    case Operator::greater:
      return order > 0;
    case Operator::greater_or_equal:
      return order >= 0;
  }
  return false;
}

}  // namespace

bool is_version(VersionRule rule, std::string_view text) {
  if (rule == VersionRule::dotted && text.starts_with('v')) text.remove_prefix(1);
  return !text.empty() && digit(text[0]) &&
         text.find_first_of(" \t,;()'\"") == std::string_view::npos;
}

std::optional<std::strong_ordering> compare_versions(VersionRule rule, std::string_view left,
                                                     std::string_view right) {
  if (!is_version(rule, left) || !is_version(rule, right)) return std::nullopt;
  return rule == VersionRule::debian ? by_debian(left, right) : by_semver(left, right);
}

bool compares_as_version(VersionRule rule, const Value& value, Operator op,
                         std::string_view version) {
  if (value.is_array())
    return std::any_of(value.begin(), value.end(), [&](const Value& element) {
      return !element.is_structured() && compares_as_version(rule, element, op, version);
    });
  if (value.is_structured() || value.is_null() || value.is_boolean()) return false;
  const auto text = value.is_string() ? value.get<std::string>() : value.dump();
  const auto order = compare_versions(rule, text, version);
  return order && agrees(op, *order);
}

std::string_view function_of(VersionRule rule) {
  return rule == VersionRule::debian ? "deb_version" : "version";
}

}  // namespace muster::filter
