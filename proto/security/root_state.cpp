#include "proto/security/root_state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"

namespace muster::security {

bool RootState::has(const x509::Certificate& root) const {
  const auto fingerprint = root.fingerprint();
  return std::any_of(roots.begin(), roots.end(),
                     [&](const auto& one) { return one.fingerprint() == fingerprint; });
}

Result<RootState> follow(const RootState& state, const RootStatement& statement) {
  const auto refuse = [&](const std::string& why) {
    return fail(Errc::refused, fmt::format("statement {} about {}: {}", statement.number,
                                           name_of(statement.root), why));
  };
  const auto old_name = base::quoted(statement.old_root.common_name());
  const auto new_name = base::quoted(statement.new_root.common_name());
  if (statement.number <= state.number)
    return refuse(fmt::format("number {} was taken already", state.number));
  const bool has_old = state.has(statement.old_root);
  const bool has_new = state.has(statement.new_root);
  if (!has_old && !has_new)
    return refuse(fmt::format("it is signed by {}, which is not obeyed", old_name));
  if (statement.finished && !has_new)
    return refuse(fmt::format("it removes {} before {} stood beside it", old_name, new_name));
  if (statement.finished) return RootState{{statement.new_root}, statement.number};
  if (!has_old) return refuse(fmt::format("{} is not obeyed any more", old_name));
  if (state.roots.size() > (has_new ? 2U : 1U))
    return refuse(fmt::format("another root follows {} already", old_name));
  return RootState{{statement.old_root, statement.new_root}, statement.number};
}

bool is_history(const RootState& state, const RootStatement& statement) {
  return state.has(statement.new_root) && !state.has(statement.old_root) && !statement.finished;
}

}  // namespace muster::security
