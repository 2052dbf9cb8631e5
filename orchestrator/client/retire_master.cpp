#include "orchestrator/client/retire_master.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::client {
namespace {

bool names_and_counts(const Endorsement& endorsement, const std::string& master,
                      std::int64_t now_ms) {
  return endorsement.master == master && admission::still_counts(endorsement, now_ms).has_value();
}

Error no_such_master(Link& link, const std::string& master) {
  std::vector<std::string> names;
  for (const auto& one : link.endorsements().of_masters(link.clock().unix_ms()))
    names.push_back(one.master);
  return {Errc::aborted,
          fmt::format("no endorsement that counts names a master {}{}; 'muster master list' shows "
                      "those that there are",
                      base::quoted(master), base::hint_for(master, names))};
}

// Gives whether there was something to change.
Result<bool> mark_once(Link& link, const std::string& master, const std::string& by) {
  const auto now_ms = link.clock().unix_ms();
  bool any = false;
  bool changed = false;
  for (auto& one : link.endorsements().all()) {
    if (!names_and_counts(one, master, now_ms)) continue;
    any = true;
    if (one.is_retired() == !by.empty()) continue;
    one.retired_by = by;
    one.retired_at_ms = std::max(now_ms, one.retired_at_ms + 1);
    MUSTER_TRY(sign_trusted_ca_anew(link, std::move(one)));
    changed = true;
  }
  if (!any) return fail(no_such_master(link, master));
  return changed;
}

Result<bool> mark_all(Link& link, const std::string& master, const std::string& by) {
  for (int tries = 1;; ++tries) {
    MUSTER_TRY(link.wait_trust());
    const auto before = link.endorsements().names_master(master);
    auto marked = mark_once(link, master, by);
    const bool overtaken = !marked && marked.error().code == Errc::aborted && before;
    if (!overtaken || tries >= kMarkTriesMax) return marked;
  }
}

}  // namespace

Result<Marked> mark_master(Link& link, const std::string& master, const std::string& by) {
  MUSTER_ASSIGN(const bool changed, mark_all(link, master, by));
  const auto masters = link.endorsements().of_masters(link.clock().unix_ms());
  const auto its = std::find_if(masters.begin(), masters.end(),
                                [&](const auto& one) { return one.master == master; });
  if (its == masters.end()) return fail(no_such_master(link, master));
  const auto others = std::count_if(masters.begin(), masters.end(), [&](const auto& one) {
    return one.master != master && !one.is_retired();
  });
  return Marked{changed, *its, static_cast<std::size_t>(others)};
}

Status sign_mark_anew(Link& link, const admission::Endorsement& read) {
  MUSTER_TRY(link.wait_trust());
  MUSTER_TRY(admission::still_counts(read, link.clock().unix_ms()));
  MUSTER_TRY(sign_trusted_ca_anew(link, read));
  return {};
}

Status withdraw_retired(Link& link, const std::string& master, const std::string& ca_fingerprint) {
  MUSTER_TRY(link.wait_trust());
  const auto now_ms = link.clock().unix_ms();
  auto certificates = link.endorsements().all_of_ca(ca_fingerprint);
  const bool stays = std::any_of(certificates.begin(), certificates.end(), [&](const auto& one) {
    return names_and_counts(one, master, now_ms) && !one.is_retired();
  });
  const bool any = std::any_of(certificates.begin(), certificates.end(), [&](const auto& one) {
    return names_and_counts(one, master, now_ms);
  });
  if (stays || !any)
    return fail(
        Errc::aborted,
        fmt::format("the CA {} of {} is not withdrawn: {}", ca_fingerprint, base::quoted(master),
                    stays ? "its retirement was taken back"
                          : "no endorsement of it that counts names that master any more"));
  for (auto& one : certificates) {
    if (one.withdrawn) continue;
    one.withdrawn = true;
    MUSTER_TRY(sign_trusted_ca_anew(link, std::move(one)));
  }
  return {};
}

}  // namespace muster::client
