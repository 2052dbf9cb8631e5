#include "proto/policy/callers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/policy/lines.hpp"

namespace muster::policy {

Result<bool> is_any(std::string_view what, const std::vector<std::string>& words) {
  if (words.empty()) return fail(Errc::config, fmt::format("the field of {} is empty", what));
  const bool star = std::find(words.begin(), words.end(), "*") != words.end();
  if (star && words.size() > 1)
    return fail(Errc::config,
                fmt::format("'*' already means any; it stands alone in the field of {}", what));
  return star;
}

Result<Callers> Callers::parse(std::string_view field, std::shared_ptr<const Groups> groups) {
  Callers out;
  const auto words = split(field, " ");
  MUSTER_ASSIGN(out.any_, is_any("callers", words));
  out.groups_ = std::move(groups);
  if (out.any_) return out;
  for (const auto& word : words) {
    const bool id = word.find('=') != std::string::npos;
    if (id) MUSTER_TRY(check_caller_id(word));
    if (!id) MUSTER_TRY(out.groups_->check_name(word));
    (id ? out.ids_ : out.names_of_groups_).push_back(word);
  }
  return out;
}

bool Callers::hold(const Caller& caller) const {
  return any_ || std::find(ids_.begin(), ids_.end(), caller.id) != ids_.end() ||
         std::any_of(names_of_groups_.begin(), names_of_groups_.end(),
                     [&](const auto& group) { return groups_->holds(group, caller); });
}

}  // namespace muster::policy
