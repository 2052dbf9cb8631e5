#include "orchestrator/provision/live/ban_keeper.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "orchestrator/admission/statement_number.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/live/endorsement_keeper.hpp"
#include "orchestrator/provision/live/kept_list.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/printable.hpp"
#include "proto/base/utf8.hpp"
#include "proto/messages/node_ban.hpp"

namespace muster::provision {
namespace {

constexpr KeptListWords kBansKept{"list of bans",
                                  "what can be read of it and what the bus retains counts"};

// As others take it: NodeBan::decode() refuses control characters.
std::string as_line(std::string_view text, std::size_t max_bytes) {
  return base::as_utf8(base::one_line(text), max_bytes);
}

Value ban_json(const client::Ban& ban) {
  return {{"identity", ban.identity}, {"banned", ban.banned}, {"number", ban.number},
          {"reason", ban.reason},     {"by", ban.by},         {"at_ms", ban.at_ms}};
}

Result<client::Ban> ban_from(const Value& json) {
  try {
    client::Ban ban;
    json.at("identity").get_to(ban.identity);
    json.at("banned").get_to(ban.banned);
    json.at("number").get_to(ban.number);
    json.at("reason").get_to(ban.reason);
    json.at("by").get_to(ban.by);
    json.at("at_ms").get_to(ban.at_ms);
    ban.reason = as_line(ban.reason, messages::kBanReasonMaxBytes);
    ban.by = as_line(ban.by, messages::kBanByMaxBytes);
    if (ban.number > admission::kNumberMax) return fail(Errc::config, "a number is too large");
    MUSTER_TRY(base::check_identity(ban.identity));
    return ban;
  } catch (const nlohmann::json::exception& error) {
    return fail(Errc::config, error.what());
  }
}

}  // namespace

BanKeeper::BanKeeper(client::Link& link, std::filesystem::path file)
    : link_(link), file_(std::move(file)) {}

Result<std::unique_ptr<BanKeeper>> BanKeeper::open(client::Link& link, std::filesystem::path file) {
  std::unique_ptr<BanKeeper> keeper(new BanKeeper(link, std::move(file)));
  MUSTER_TRY(keeper->load());
  return keeper;
}

Status BanKeeper::load() {
  MUSTER_ASSIGN(const bool damaged,
                read_kept_list(file_, kBansFileMaxBytes, kBansKept,
                               [this](const Value& entry) { return believe(entry); }));
  base::Locked(kept_)->is_damaged = damaged;
  return {};
}

Status BanKeeper::believe(const Value& entry) {
  MUSTER_ASSIGN(const auto ban, ban_from(entry));
  const auto taken = link_.take(ban);
  if (!taken) return fail(taken.error());
  base::Locked(kept_)->saved[ban.identity] = ban.number;
  return {};
}

Status BanKeeper::sign(client::Ban ban) {
  MUSTER_TRY(admission::check_own_number(ban.number, link_.clock().unix_ms()));
  ban.signer_serial = link_.signer().chain().front().serial_hex();
  MUSTER_TRY(client::publish_ban(link_, ban));
  MUSTER_ASSIGN(const bool is_new, link_.take(ban));
  const auto stands = link_.bans().find(ban.identity);
  // It may have come back over the bus already, or another orchestrator has carried out the same.
  const bool is_said = stands && stands->number == ban.number && stands->banned == ban.banned;
  if (is_new || is_said) return {};
  return fail(Errc::aborted,
              fmt::format("something newer about {} was heard meanwhile: look at it with 'muster "
                          "node list --banned', and try again",
                          base::quoted(ban.identity)));
}

Result<client::Ban> BanKeeper::change(client::Ban ban) {
  const base::Locked signing(kept_);
  const auto known = link_.bans().find(ban.identity);
  ban.number = known ? known->number + 1 : 1;
  ban.at_ms = link_.clock().unix_ms();
  ban.by = as_line(ban.by, messages::kBanByMaxBytes);
  MUSTER_TRY(sign(ban));
  MUSTER_TRY(link_.bus().flush(client::kPublishPatience));
  return ban;
}

Result<client::Ban> BanKeeper::ban(const std::string& identity, const std::string& why,
                                   const std::string& by) {
  MUSTER_TRY(base::check_identity(identity));
  if (why.size() > messages::kBanReasonMaxBytes)
    return fail(Errc::limit, fmt::format("the reason has {} bytes; the limit is {}", why.size(),
                                         messages::kBanReasonMaxBytes));
  const auto reason = as_line(why, messages::kBanReasonMaxBytes);
  MUSTER_TRY(link_.wait_trust());
  const auto stands = link_.bans().banned(identity);
  if (stands && stands->reason == reason) return *stands;
  MUSTER_ASSIGN(auto banned, change({.identity = identity, .reason = reason, .by = by}));
  keep();
  return banned;
}

Result<client::Ban> BanKeeper::lift(const std::string& identity, const std::string& by) {
  MUSTER_TRY(base::check_identity(identity));
  MUSTER_TRY(link_.wait_trust());
  const auto known = link_.bans().find(identity);
  if (!known)
    return fail(Errc::aborted,
                fmt::format("{} is not banned; 'muster node list --banned' shows who is",
                            base::quoted(identity)));
  if (!known->banned) return *known;
  MUSTER_ASSIGN(auto lifted, change({.identity = identity, .banned = false, .by = by}));
  keep();
  return lifted;
}

void BanKeeper::keep() {
  const base::Locked kept(kept_);
  // Whose certificate was revoked must not replace what the others signed.
  if (link_.operators().revoked(link_.signer().chain().front().serial_hex())) return;
  const auto now_ms = link_.clock().unix_ms();
  const bool due = now_ms - kept->signed_at_ms >= std::chrono::milliseconds(kSignAnewEvery).count();
  // Without a link it is not known what others have said meanwhile: a ban that was lifted would come back.
  bool all = link_.bus().connected();
  for (auto ban : all ? link_.bans().all() : std::vector<client::Ban>()) {
    const auto known = link_.bans().find(ban.identity);
    if (!known || known->number != ban.number) continue;  // somebody has said something newer
    if (!due && !link_.operators().revoked(ban.signer_serial)) continue;
    ++ban.number;
    const auto done = sign(ban);
    if (done || done.error().code == Errc::aborted) continue;
    log::warning("cannot sign a ban anew", {{"node", ban.identity}, {"why", done.error().message}});
    if (done.error().code == Errc::refused) continue;  // of this one alone
    all = false;
    break;
  }
  if (due && all) kept->signed_at_ms = now_ms;
  if (auto done = save(*kept); !done)
    log::error("cannot write down the bans", {{"why", done.error().message}});
}

Status BanKeeper::save(Kept& kept) {
  std::map<std::string, std::uint64_t> now;
  auto list = Value::array();
  for (const auto& ban : link_.bans().all()) {
    now[ban.identity] = ban.number;
    list.push_back(ban_json(ban));
  }
  if (now == kept.saved && !kept.is_damaged) return {};
  MUSTER_TRY(write_kept_list(file_, kBansFileMaxBytes, list.dump(1) + "\n"));
  kept.saved = std::move(now);
  kept.is_damaged = false;
  return {};
}

}  // namespace muster::provision
