#include "orchestrator/cli/waiting_names.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/node_choice.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/cli/render/claims.hpp"
#include "proto/base/names.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

using Claimed = std::vector<client::Record>;

Status check_keys(const WaitingNames& choice) {
  if (choice.keys.empty()) return {};
  if (choice.keys.size() != choice.names.size())
    return fail(Errc::config, fmt::format("{} names and {} keys: give --key for each name, in the "
                                          "same order, or for none",
                                          choice.names.size(), choice.keys.size()));
  for (const auto& key : choice.keys)
    if (key.size() < kKeyDigitsMin)
      return fail(Errc::config, fmt::format("--key {} is too short: give at least {} digits",
                                            base::quoted(key), kKeyDigitsMin));
  return {};
}

Error nobody_waits(const std::string& node) {
  return {Errc::not_found,
          fmt::format("no machine waits for approval under the name {}; 'muster provision list' "
                      "shows those that do",
                      base::quoted(node))};
}

Result<Claimed> named(const client::Records& records, const std::vector<std::string>& names) {
  Claimed found;
  for (const auto& name : names) {
    auto record = records.find(name);
    if (!record || !record->claim) return fail(nobody_waits(name));
    found.push_back(*std::move(record));
  }
  return found;
}

Status check_key(const std::string& key, const client::Record& record) {
  const auto& waits = *record.claim;
  if (waits.key_fingerprint.starts_with(key)) return {};
  return fail(Errc::refused,
              fmt::format("another machine waits under the name {}, with the key {} from {}; "
                          "'muster provision show {}' shows it",
                          base::quoted(record.identity), waits.key_fingerprint,
                          base::quoted(waits.address), record.identity));
}

std::string text_of(const Claimed& records) {
  const auto style = render::Style::of(STDOUT_FILENO);
  if (records.size() == 1) return render::claim_text(records.front(), style);
  return render::claims_text(records, style,
                             static_cast<std::size_t>(render::columns_of(STDOUT_FILENO)));
}

}  // namespace

Status check_waiting_names(const WaitingNames& choice, const CallOptions& call) {
  MUSTER_ASSIGN(const auto filter, call.filter());
  const int ways =
      (choice.names.empty() ? 0 : 1) + (filter.empty() ? 0 : 1) + (choice.all_waiting ? 1 : 0);
  if (ways == 0)
    return fail(Errc::config,
                "say who may have the name that it waits for: names, a filter, or "
                "--all-waiting");
  if (ways > 1) return fail(Errc::config, "say names, a filter, or --all-waiting: one of them");
  for (const auto& name : choice.names) MUSTER_TRY(base::check_identity(name));
  if (choice.names.empty() && !choice.keys.empty())
    return fail(Errc::config, "--key is of a machine whose name is said");
  return check_keys(choice);
}

Result<Claimed> who_wait(client::Link& link, const WaitingNames& choice, const CallOptions& call) {
  MUSTER_ASSIGN(const auto records, client::Records::watch(link));
  MUSTER_TRY(records->wait_complete(kRecordsPatience));
  if (!choice.names.empty()) return named(*records, choice.names);
  std::vector<std::string> among;
  if (!choice.all_waiting) {
    MUSTER_ASSIGN(among, choose_nodes(link, {}, call, {}));
  }
  Claimed found;
  for (auto& record : records->all()) {
    const bool is_meant =
        choice.all_waiting || std::find(among.begin(), among.end(), record.identity) != among.end();
    if (record.claim && is_meant) found.push_back(record);
  }
  if (found.empty())
    return fail(Errc::not_found, "no machine waits for a name that is meant; nothing was done");
  return found;
}

Status check_seen(const CommonOptions& common, const WaitingNames& choice, const Claimed& records) {
  if (!choice.keys.empty()) {
    for (std::size_t i = 0; i < records.size(); ++i)
      MUSTER_TRY(check_key(choice.keys.at(i), records.at(i)));
    return {};
  }
  const auto& first = records.front().identity;
  if (!can_ask(common.json))
    return fail(Errc::config,
                fmt::format("nobody can be asked here whether the right machine waits under the "
                            "name {}: say which with --key, as the notification and 'muster "
                            "provision show {}' have it",
                            base::quoted(first), first));
  print(text_of(records));
  const auto question =
      records.size() == 1
          ? std::string("\nMay this machine have the name? [y/N] ")
          : fmt::format("\nMay these {} machines have the names? [y/N] ", records.size());
  if (agreed(question)) return {};
  return fail(Errc::aborted, records.size() == 1 ? "not approved; it goes on waiting"
                                                 : "not approved; they go on waiting");
}

}  // namespace muster::cli
