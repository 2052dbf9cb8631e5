#include "proto/ddl/validators.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/site_rules.hpp"

namespace muster::ddl {
namespace {

// What a POSIX shell gives a meaning to outside quotes, and the quotes themselves. MCollective's
// own list forgot newline, a single '&', parentheses and quotes.
constexpr std::string_view kShellMeanings = "`$;|&><()'\"\\{}[]*?#!";

// '~' has a meaning only where a word begins, and versions of Debian packages are full of it.
bool shellsafe(std::string_view text) {
  char before = ' ';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || kShellMeanings.find(c) != std::string_view::npos)
      return false;
    if (c == '~' && (before == ' ' || before == '=' || before == ':')) return false;
    before = c;
  }
  return true;
}

bool address(int family, std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  const std::string terminated(text);
  return text.find('\0') == std::string_view::npos &&
         ::inet_pton(family, terminated.c_str(), bytes.data()) == 1;
}

struct Named {
  std::string_view name;
  bool (*passes)(std::string_view);
  std::string_view must;
};

constexpr std::array kNamed{
    Named{"shellsafe", shellsafe, "must hold nothing that a shell gives a meaning to"},
    Named{"ipv4address", [](std::string_view t) { return address(AF_INET, t); },
          "must be a valid IPv4 address"},
    Named{"ipv6address", [](std::string_view t) { return address(AF_INET6, t); },
          "must be a valid IPv6 address"},
    Named{"ipaddress",
          [](std::string_view t) { return address(AF_INET, t) || address(AF_INET6, t); },
          "must be a valid IPv4 or IPv6 address"}};

const Named* named(std::string_view validation) {
  const auto* found = std::find_if(kNamed.begin(), kNamed.end(),
                                   [&](const Named& n) { return n.name == validation; });
  return found == kNamed.end() ? nullptr : found;
}

RE2::Options regex_options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexMaxMemoryBytes);
  return options;
}

}  // namespace

const std::vector<std::string>& validator_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const auto& n : kNamed) out.emplace_back(n.name);
    return out;
  }();
  return names;
}

std::string_view what_it_demands(std::string_view validator) {
  const auto* known = named(validator);
  return known ? known->must : std::string_view();
}

bool is_validator_name(std::string_view validation) {
  return !validation.empty() && validation.front() >= 'a' && validation.front() <= 'z' &&
         std::all_of(validation.begin(), validation.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

Status check_validation(std::string_view validation) {
  if (named(validation)) return {};
  if (is_validator_name(validation)) {
    if (site_rules()->validators.count(validation) > 0) return {};
    return fail(Errc::invalid_data, fmt::format("unknown validator {}{}", base::quoted(validation),
                                                base::hint_for(validation, validator_names())));
  }
  const RE2 regex(validation, regex_options());
  if (!regex.ok())
    return fail(Errc::invalid_data, fmt::format("{} is not a regular expression: {}",
                                                base::quoted(validation), regex.error()));
  return {};
}

std::string why_invalid(std::string_view validation, std::string_view text) {
  if (const auto* known = named(validation))
    return known->passes(text) ? "" : std::string(known->must);
  if (is_validator_name(validation)) {
    const auto rules = site_rules();
    const auto rule = rules->validators.find(validation);
    // What only others know how to check must at least do no harm.
    return why_invalid(rule == rules->validators.end() ? "shellsafe" : rule->second, text);
  }
  const RE2 regex(validation, regex_options());
  if (regex.ok() && RE2::PartialMatch(text, regex)) return "";
  return fmt::format("must match /{}/", validation);
}

}  // namespace muster::ddl
