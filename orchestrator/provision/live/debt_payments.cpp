#include "orchestrator/provision/live/debt_payments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "proto/base/log.hpp"
#include "proto/loop/elsewhere.hpp"
#include "proto/loop/stories.hpp"

namespace muster::provision {
namespace {

constexpr base::Throttle::Rate kUnpaidToldEvery{
    .burst = 1, .every = std::chrono::milliseconds(600'000), .names_max = 1'000};

// All orchestrators pay the same debts, and hear of each that is paid.
void begin_elsewhere(std::vector<Debt>& owed, const std::string& as) {
  if (owed.empty()) return;
  const auto first = std::hash<std::string>()(as) % owed.size();
  std::rotate(owed.begin(), owed.begin() + static_cast<std::ptrdiff_t>(first), owed.end());
}

}  // namespace

DebtPayments::DebtPayments(Parts parts)
    : parts_(parts), unpaid_told_(parts.clock, kUnpaidToldEvery) {}

loop::Task<std::size_t> DebtPayments::pay() {
  std::size_t paid = 0;
  forget_paid();
  if (parts_.debts.size() == 0) co_return paid;
  auto looked = parts_.masters.healthy();
  const auto healthy = co_await looked;
  std::deque<std::string> masters;
  for (const auto& master : healthy)
    if (!parts_.debts.of(master).empty()) masters.push_back(master);
  if (masters.empty()) co_return paid;
  loop::Wait done(parts_.asker.waits());
  auto left = std::min(kPayingAtOnce, masters.size());
  loop::Stories paying;
  paying.on_end([&] {
    if (--left == 0) done.tell();
  });
  for (auto lines = left; lines > 0; --lines) paying.begin(pay_each_of(masters, paid));
  co_await done.until(kPayingPatience);
  co_return paid;
}

loop::Task<Status> DebtPayments::pay_each_of(std::deque<std::string>& masters, std::size_t& paid) {
  while (!masters.empty() && !parts_.asker.waits().stopping()) {
    auto master = std::move(masters.front());
    masters.pop_front();
    auto paying = pay_all_of(std::move(master));
    paid += co_await paying;
  }
  co_return Status{};
}

loop::Task<std::size_t> DebtPayments::pay_all_of(std::string master) {
  std::size_t paid = 0;
  auto owed = parts_.debts.of(master);
  begin_elsewhere(owed, parts_.as);
  for (const auto& debt : owed) {
    if (!parts_.debts.owes(master, debt.certname)) continue;  // another has paid it
    auto paying = pay_one(debt);
    const auto outcome = co_await paying;
    if (outcome == Outcome::silent) break;  // each would take as long
    if (outcome == Outcome::paid) ++paid;
  }
  co_return paid;
}

// Who is online with a certificate of that master keeps it, whatever the clocks say.
Value DebtPayments::what_is_owed(const Debt& debt) const {
  Value owed{{"certname", debt.certname},
             {"issued_before_ms", debt.issued_before_ms},
             {"asked_at_ms", parts_.clock.unix_ms()},
             {"serials", debt.serials}};
  const auto known = parts_.masters.find(debt.master);
  const auto node = parts_.fleet.find(debt.certname);
  if (node && known && node->ca_fingerprint == known->ca_fingerprint)
    owed["spare"] = node->certificate_fingerprint;
  return owed;
}

loop::Task<DebtPayments::Outcome> DebtPayments::pay_one(Debt debt) {
  // Who is online is not known: a certificate in use would not be spared.
  if (!parts_.masters.find(debt.master) || !parts_.fleet.complete()) co_return Outcome::owed;
  std::set<std::string> unknown;
  if (debt.certname != debt.master) {
    Question question{std::string(kMasterAgent), "clean", what_is_owed(debt), parts_.clean_timeout};
    auto asked = parts_.asker.ask_each({debt.master}, std::nullopt, std::move(question));
    const auto cleaned = co_await asked;
    if (const auto& reply = cleaned.front(); !reply) {
      if (unpaid_told_.pass(debt.master + "/" + debt.certname))
        log::warning(
            "a master cannot clean an old certificate yet",
            {{"master", debt.master}, {"certname", debt.certname}, {"why", reply.error().message}});
      co_return reply.error().code == Errc::timeout ? Outcome::silent : Outcome::owed;
    }
    unknown = unknown_of(debt, *cleaned.front());
  }
  const bool is_paid = unknown.empty();
  if (debt.serials == unknown && debt.issued_before_ms == 0 && !is_paid) co_return Outcome::owed;
  auto written = loop::on_executor<Status>(
      parts_.executor, parts_.asker.waits(),
      [&debts = parts_.debts, debt, unknown] { return debts.paid(debt, unknown); });
  const auto noted = co_await written;
  if (!noted) log::error("cannot write down a paid debt", {{"why", noted.error().message}});
  co_return noted&& is_paid ? Outcome::paid : Outcome::owed;
}

std::set<std::string> DebtPayments::give_up_oldest_of(const Debt& debt,
                                                      std::set<std::string> unknown) {
  const auto now = parts_.clock.steady();
  std::set<std::string> given_up;
  for (const auto& serial : unknown) {
    const auto since = unknown_since_.try_emplace({debt.master, debt.certname, serial}, now).first;
    if (now - since->second > kUnknownSerialOwedFor) given_up.insert(serial);
  }
  for (const auto& serial : given_up) unknown.erase(serial);
  if (!given_up.empty())
    log::error(
        "a master has not known certificates that it is to clean for so long that they count as "
        "cleaned; look with 'muster provision audit' whether any is valid",
        {{"master", debt.master},
         {"certname", debt.certname},
         {"serials", fmt::format("{}", fmt::join(given_up, ", "))}});
  return unknown;
}

void DebtPayments::forget_paid() {
  std::erase_if(unknown_since_, [this](const auto& one) {
    const auto& [master, certname, serial] = one.first;
    return !parts_.debts.owes(master, certname);
  });
}

// What the master does not know is owed still, and keeps nothing else owed.
std::set<std::string> DebtPayments::unknown_of(const Debt& debt, const Value& cleaned) {
  std::set<std::string> unknown;
  for (const auto& serial : cleaned.value("unknown", Value::array()))
    if (serial.is_string() && debt.serials.contains(serial)) unknown.insert(serial);
  if (unknown.empty())
    log::info("cleaned what was owed of a name on a master that is back",
              {{"master", debt.master}, {"certname", debt.certname}});
  else if (unpaid_told_.pass(debt.master + "/" + debt.certname))
    log::warning(
        "a master never issued certificates that it is to clean: are they another CA's, or was an "
        "older copy of its CA put back?",
        {{"master", debt.master},
         {"certname", debt.certname},
         {"serials", fmt::format("{}", fmt::join(unknown, ", "))}});
  return give_up_oldest_of(debt, std::move(unknown));
}

}  // namespace muster::provision
