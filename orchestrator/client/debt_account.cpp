#include "orchestrator/client/debt_account.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/reply_fields.hpp"
#include "proto/base/names.hpp"
#include "proto/messages/event.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;

constexpr std::size_t kMasterLevel = 4;  // of muster/v1/<c>/debt/<master>/<certname>
constexpr auto kDebtType = "debt";

bool add(std::set<std::string>& to, const std::set<std::string>& more) {
  const auto before = to.size();
  to.insert(more.begin(), more.end());
  return to.size() != before;
}

bool raise(std::int64_t& number, std::int64_t to) {
  if (to <= number) return false;
  number = to;
  return true;
}

// Their number before they are copied: a message may hold as many as it likes.
Result<std::set<std::string>> serials_at(const Value& data, const char* key) {
  const auto at = data.find(key);
  if (at == data.end() || !at->is_array() || at->size() > kDebtSerialsMax)
    return fail(Errc::invalid_data, fmt::format("a debt's {} must be a list of at most {} serials",
                                                key, kDebtSerialsMax));
  std::set<std::string> serials;
  for (const auto& serial : *at) {
    if (!serial.is_string())
      return fail(Errc::invalid_data, fmt::format("a debt's {} must be a list of texts", key));
    serials.insert(serial);
  }
  return serials;
}

Status check_serials(const std::set<std::string>& serials, const char* key) {
  if (serials.size() > kDebtSerialsMax)
    return fail(Errc::invalid_data, fmt::format("a debt's {} has {} serials; the limit is {}", key,
                                                serials.size(), kDebtSerialsMax));
  for (const auto& serial : serials)
    if (!is_debt_serial(serial))
      return fail(
          Errc::invalid_data,
          fmt::format("a debt's {} must be a list of serials: whole bytes of lower-case hex, "
                      "at most {} digits each, not {}",
                      key, kDebtSerialMaxBytes, base::quoted(serial)));
  return {};
}

Status check_times(const DebtAccount& account, std::int64_t now_ms) {
  const auto latest_ms = now_ms + std::chrono::milliseconds(kDebtAheadMax).count();
  if (account.owed_before_ms <= latest_ms && account.at_ms <= latest_ms) return {};
  return fail(Errc::refused,
              fmt::format("a debt's times are {} at most by now, not {}: it would reach what the "
                          "name gets later, or our clock is slow",
                          latest_ms, std::max(account.owed_before_ms, account.at_ms)));
}

}  // namespace

bool is_debt_serial(std::string_view text) {
  return !text.empty() && text.size() <= kDebtSerialMaxBytes && text.size() % 2 == 0 &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Status check_debt(const DebtAccount& account) {
  MUSTER_TRY(base::check_identity(account.certname));
  MUSTER_TRY(base::check_identity(account.master));
  MUSTER_TRY(check_serials(account.owed, "owed"));
  MUSTER_TRY(check_serials(account.paid, "paid"));
  const auto earliest_ms = std::min(account.paid_before_ms, account.at_ms);
  if (earliest_ms < 0)
    return fail(Errc::invalid_data,
                fmt::format("a debt's times must be 0 or later, not {}", earliest_ms));
  if (account.paid_before_ms <= account.owed_before_ms &&
      std::includes(account.owed.begin(), account.owed.end(), account.paid.begin(),
                    account.paid.end()))
    return {};
  return fail(Errc::invalid_data, fmt::format("a debt of {} at {} says that more is paid than is "
                                              "owed",
                                              account.certname, account.master));
}

bool DebtAccount::is_open() const {
  return owed_before_ms > paid_before_ms || owed.size() > paid.size();
}

bool DebtAccount::is_over(std::int64_t now_ms) const {
  return !is_open() && std::chrono::milliseconds(now_ms - at_ms) > kDebtPaidFor;
}

bool DebtAccount::merge(const DebtAccount& other) {
  bool changes = raise(owed_before_ms, other.owed_before_ms);
  changes = raise(paid_before_ms, other.paid_before_ms) || changes;
  changes = add(owed, other.owed) || changes;
  changes = add(paid, other.paid) || changes;
  at_ms = std::max(at_ms, other.at_ms);
  return changes;
}

transport::Rank DebtAccount::rank() const {
  return {static_cast<std::uint64_t>(owed_before_ms), static_cast<std::uint64_t>(paid_before_ms),
          owed.size() + paid.size()};
}

Result<std::string> seal_debt(const security::Sealer& sealer, const DebtAccount& account) {
  if (account.owed.size() > kDebtSerialsMax)
    return fail(Errc::limit,
                fmt::format("{} owes {} serials of {}; the limit is {}", account.master,
                            account.owed.size(), account.certname, kDebtSerialsMax));
  messages::Event event;
  event.type = kDebtType;
  event.identity = account.certname;
  event.at_ms = account.at_ms;
  event.data = {{"master", account.master},
                {"owed_before_ms", account.owed_before_ms},
                {"owed", account.owed},
                {"paid_before_ms", account.paid_before_ms},
                {"paid", account.paid}};
  MUSTER_ASSIGN(const auto body, event.encode());
  return sealer.seal(envelope::Kind::event, body);
}

Result<DebtAccount> read_debt(std::string_view topic, std::string_view payload,
                              const security::Trust& operators, std::int64_t now_ms) {
  MUSTER_ASSIGN(const auto opened,
                security::open_from_orchestrator(payload, envelope::Kind::event, operators));
  MUSTER_ASSIGN(const auto event, messages::Event::decode(opened.body));
  DebtAccount account;
  account.master = text_at(event.data, "master");
  account.certname = event.identity;
  if (event.type != kDebtType || account.certname != topics::last_level(topic) ||
      account.master != topics::level(topic, kMasterLevel).value_or(""))
    return fail(Errc::refused, fmt::format("{} holds an event '{}' about {}", topic, event.type,
                                           base::quoted(event.identity)));
  account.owed_before_ms = number_at(event.data, "owed_before_ms");
  account.paid_before_ms = number_at(event.data, "paid_before_ms");
  account.at_ms = event.at_ms;
  MUSTER_ASSIGN(account.owed, serials_at(event.data, "owed"));
  MUSTER_ASSIGN(account.paid, serials_at(event.data, "paid"));
  MUSTER_TRY(check_debt(account));
  MUSTER_TRY(check_times(account, now_ms));
  return account;
}

}  // namespace muster::client
