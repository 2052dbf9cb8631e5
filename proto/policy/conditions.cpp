#include "proto/policy/conditions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/policy/lines.hpp"

namespace muster::policy {
namespace {

const std::vector<std::string>& condition_keys() {
  static const std::vector<std::string> keys{"args", "time", "require_filter", "max_nodes",
                                             "approve"};
  return keys;
}

std::string first_word(std::string_view field) {
  const auto words = split(field, " ");
  return words.empty() ? "" : words.front();
}

}  // namespace

bool is_condition(std::string_view field) {
  const auto word = first_word(field);
  return word.size() > 1 && word.ends_with(':') && !word.ends_with("::");
}

bool is_condition_key(std::string_view word) {
  const auto& known = condition_keys();
  return std::find(known.begin(), known.end(), word) != known.end();
}

Status Conditions::read(std::string_view field, bool allow, const Groups& groups) {
  const auto word = first_word(field);
  const auto key = word.substr(0, word.find(':'));
  if (!is_condition(field) || !is_condition_key(key))
    return fail(Errc::config,
                fmt::format("{} is no condition: args: time: require_filter: max_nodes: and "
                            "approve: are{}",
                            base::quoted(field), base::hint_for(key, condition_keys())));
  if (!keys_.insert(key).second) return fail(Errc::config, fmt::format("{}: stands twice", key));
  if (!allow && key != "args" && key != "time")
    return fail(Errc::config, fmt::format("{}: belongs to allow: a deny asks for nothing", key));
  return read_value(key, field.substr(field.find(':') + 1), groups);
}

Status Conditions::read_value(std::string_view key, std::string_view value, const Groups& groups) {
  if (key == "args") {
    MUSTER_ASSIGN(arguments, Arguments::parse(value));
    return {};
  }
  if (key == "time") {
    MUSTER_ASSIGN(hours, Hours::parse(value));
    return {};
  }
  if (key == "require_filter") return requirements.read_filter(value);
  if (key == "max_nodes") return requirements.read_max_nodes(value);
  return requirements.read_approve(value, groups);
}

}  // namespace muster::policy
