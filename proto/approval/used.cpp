#include "proto/approval/used.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/put_aside.hpp"

namespace muster::approval {
namespace {

constexpr mode_t kUsedMode = 0600;

}  // namespace

UsedApprovals::UsedApprovals(std::filesystem::path file, const base::Clock& clock)
    : file_(std::move(file)), clock_(clock) {
  const base::Locked ours(kept_);
  auto kept = read(file_);
  if (kept) {
    *ours = *std::move(kept);
    return;
  }
  ours->since_ms = clock_.unix_ms();
  if (kept.error().code != Errc::not_found)
    (void)base::put_aside(
        file_,
        {"list of used approvals", "those asked for until now are refused", kept.error().message},
        clock_.unix_ms());
  // When that fails the next start refuses more; uses fail by themselves.
  if (auto wrote = base::write_file(file_, text_of(*ours), kUsedMode); !wrote)
    log::warning("requests that need approval are refused", {{"why", wrote.error().message}});
}

std::string UsedApprovals::why_not(const Statement& statement) const {
  return why_not(*base::Locked(kept_), statement);
}

std::string UsedApprovals::why_not(const Kept& kept, const Statement& statement) const {
  if (kept.ends.contains({statement.caller, statement.id})) return "was used here before";
  if (statement.until_ms <= kept.forgotten_until_ms)
    return "may have been used here before: this clock was set back";
  // One that lies ahead is from a clock that has been set back since.
  if (statement.asked_at_ms < std::min(kept.since_ms, clock_.unix_ms()))
    return fmt::format("was asked for before uses were remembered here ({}); ask again",
                       base::iso8601(kept.since_ms));
  return "";
}

Status UsedApprovals::check_room(const Kept& kept, const std::string& caller) const {
  const auto of_caller = static_cast<std::size_t>(
      std::count_if(kept.ends.begin(), kept.ends.end(),
                    [&](const auto& one) { return one.first.first == caller; }));
  if (of_caller >= kUsedOfOneCaller)
    return fail(Errc::limit, fmt::format("{} approvals of {} were used here within their time, "
                                         "which is the limit for one caller",
                                         of_caller, caller));
  if (kept.ends.size() < kUsedMax) return {};
  return fail(Errc::limit,
              fmt::format("{} approvals were used here within their time, which is the "
                          "limit",
                          kept.ends.size()));
}

Status UsedApprovals::use(const Statement& statement) {
  const base::Locked kept(kept_);
  if (const auto why = why_not(*kept, statement); !why.empty())
    return fail(Errc::refused, fmt::format("the approval {} {}", statement.id, why));
  auto next = *kept;
  const auto now_ms = clock_.unix_ms();
  std::erase_if(next.ends, [&](const auto& one) {
    if (one.second >= now_ms) return false;
    next.forgotten_until_ms = std::max(next.forgotten_until_ms, one.second);
    return true;
  });
  MUSTER_TRY(check_room(next, statement.caller));
  next.ends[{statement.caller, statement.id}] = statement.until_ms;
  MUSTER_TRY(base::write_file(file_, text_of(next), kUsedMode));
  *kept = std::move(next);
  return {};
}

}  // namespace muster::approval
