#include "orchestrator/provision/live/debts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "orchestrator/provision/live/kept_list.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/printable.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

namespace {

constexpr std::size_t kFileMaxBytes = 128 * 1024 * 1024;
// What save() writes of one debt beside its serials, and of one serial: owed, and paid.
constexpr std::size_t kDebtBytes = 2 * base::kNameMaxBytes + 300;
constexpr std::size_t kSerialBytes = 2 * (client::kDebtSerialMaxBytes + 8);
static_assert((kDebtsMax + kDebtsHeardMax) * kDebtBytes + kDebtSerialsKnownMax * kSerialBytes <
                  kFileMaxBytes,
              "no file is written that would not be read");
constexpr KeptListWords kDebtsKept{
    "list of certificates that masters still have to clean",
    "the bus tells what other orchestrators know of it; 'muster provision audit' finds the rest"};

Value to_json(const client::DebtAccount& account, bool is_ours) {
  return {{"master", account.master},
          {"certname", account.certname},
          {"owed_before_ms", account.owed_before_ms},
          {"owed", account.owed},
          {"paid_before_ms", account.paid_before_ms},
          {"paid", account.paid},
          {"at_ms", account.at_ms},
          {"ours", is_ours}};
}

Result<client::DebtAccount> from_json(const Value& json) {
  client::DebtAccount account;
  try {
    json.at("master").get_to(account.master);
    json.at("certname").get_to(account.certname);
    json.at("owed").get_to(account.owed);
    json.at("paid").get_to(account.paid);
    for (const auto& [key, number] : {std::pair("owed_before_ms", &account.owed_before_ms),
                                      std::pair("paid_before_ms", &account.paid_before_ms),
                                      std::pair("at_ms", &account.at_ms)}) {
      if (!json.at(key).is_number_integer())
        return fail(Errc::config, fmt::format("'{}' must be a time in milliseconds, not {}", key,
                                              base::quoted(base::json_text(json.at(key)))));
      json.at(key).get_to(*number);
    }
    // Before others' were told apart there was no such word: then all count as ours.
    (void)json.value("ours", true);
  } catch (const nlohmann::json::exception& error) {
    return fail(Errc::config, error.what());
  }
  MUSTER_TRY(client::check_debt(account));
  // Nothing that is owed would name everything.
  if (!account.is_open())
    return fail(Errc::config,
                fmt::format("of {} at {} nothing is owed", account.certname, account.master));
  return account;
}

// Of what is owed, that which is not paid.
Debt left_of(const client::DebtAccount& account) {
  Debt debt{account.master, account.certname, 0, {}};
  if (account.owed_before_ms > account.paid_before_ms)
    debt.issued_before_ms = account.owed_before_ms;
  std::set_difference(account.owed.begin(), account.owed.end(), account.paid.begin(),
                      account.paid.end(), std::inserter(debt.serials, debt.serials.end()));
  return debt;
}

client::DebtAccount account_of(const Debt& debt, std::int64_t now_ms) {
  client::DebtAccount account;
  account.master = debt.master;
  account.certname = debt.certname;
  account.owed_before_ms = debt.issued_before_ms;
  account.owed = debt.serials;
  account.at_ms = now_ms;
  return account;
}

}  // namespace

Result<std::unique_ptr<Debts>> Debts::open(const std::filesystem::path& file) {
  std::unique_ptr<Debts> debts(new Debts(file));
  const auto take = [&debts](const Value& entry) -> Status {
    MUSTER_ASSIGN(const auto account, from_json(entry));
    MUSTER_TRY(debts->room_for_serials(account));
    debts->take(account, entry.value("ours", true) ? Whose::ours : Whose::others);
    return {};
  };
  MUSTER_ASSIGN(const bool damaged, read_kept_list(file, kFileMaxBytes, kDebtsKept, take));
  base::Locked(debts->state_)->is_new = damaged;
  if (const auto written = debts->save(); !written)
    log::error("cannot write down what masters owe; tried again",
               {{"why", written.error().message}});
  return debts;
}

void Debts::State::add(const Known& known) {
  const bool is_open = known.account.is_open();
  const bool is_ours = known.whose == Whose::ours;
  counts.open += is_open ? 1 : 0;
  counts.open_ours += is_open && is_ours ? 1 : 0;
  counts.others += is_ours ? 0 : 1;
  counts.serials += known.account.owed.size();
}

void Debts::State::subtract(const Known& known) {
  const bool is_open = known.account.is_open();
  const bool is_ours = known.whose == Whose::ours;
  counts.open -= is_open ? 1 : 0;
  counts.open_ours -= is_open && is_ours ? 1 : 0;
  counts.others -= is_ours ? 0 : 1;
  counts.serials -= known.account.owed.size();
}

client::DebtAccount Debts::take(const client::DebtAccount& said, Whose whose) {
  base::Locked state(state_);
  const auto [at, is_first] = state->accounts.try_emplace({said.master, said.certname});
  auto& known = at->second;
  if (!is_first) state->subtract(known);
  known.account.master = said.master;
  known.account.certname = said.certname;
  state->is_new = known.account.merge(said) || state->is_new;
  if (whose == Whose::ours && known.whose != whose) {
    known.whose = whose;
    state->is_new = true;
  }
  state->add(known);
  const auto account = known.account;
  if (state->accounts.size() > kDebtsMax + kDebtsHeardMax) state->forget_oldest_paid();
  return account;
}

// Whoever has not heard that it is paid has it paid once more, which harms nothing.
void Debts::State::forget_oldest_paid() {
  std::vector<std::pair<std::int64_t, Key>> paid;
  for (const auto& [key, known] : accounts)
    if (known.whose == Whose::ours && !known.account.is_open())
      paid.emplace_back(known.account.at_ms, key);
  const auto count = std::min(paid.size(), kPaidForgottenAtOnce);
  const auto end = paid.begin() + static_cast<std::ptrdiff_t>(count);
  std::nth_element(paid.begin(), end, paid.end());
  for (auto at = paid.begin(); at != end; ++at) {
    const auto known = accounts.find(at->second);
    subtract(known->second);
    accounts.erase(known);
    forgotten.push_back(std::move(at->second));
  }
}

std::vector<Debts::Key> Debts::take_forgotten() {
  return std::exchange(base::Locked(state_)->forgotten, {});
}

bool Debts::is_ours(const std::string& master, const std::string& certname) const {
  const base::Locked state(state_);
  const auto at = state->accounts.find({master, certname});
  return at != state->accounts.end() && at->second.whose == Whose::ours &&
         at->second.account.is_open();
}

// Only what we owe counts: what a stolen orchestrator makes up must not keep us from owing.
Result<client::DebtAccount> Debts::owe(const Debt& debt, std::int64_t now_ms) {
  const auto ours = base::Locked(state_)->counts.open_ours;
  if (ours >= kDebtsMax && !is_ours(debt.master, debt.certname))
    return fail(Errc::limit,
                fmt::format("more than {} certificates wait to be cleaned on masters that are down",
                            kDebtsMax));
  const auto account = account_of(debt, now_ms);
  MUSTER_TRY(room_for_serials(account));
  return take(account, Whose::ours);
}

client::DebtAccount Debts::pay(const Debt& debt, const std::set<std::string>& but_for,
                               std::int64_t now_ms) {
  auto account = account_of(debt, now_ms);
  account.paid_before_ms = debt.issued_before_ms;
  std::set_difference(debt.serials.begin(), debt.serials.end(), but_for.begin(), but_for.end(),
                      std::inserter(account.paid, account.paid.end()));
  return take(account, Whose::others);
}

// Two that travel may be too long together: what could not be said would keep us from saying what is true.
Status Debts::room_for_serials(const client::DebtAccount& said) const {
  if (said.owed.empty()) return {};
  const base::Locked state(state_);
  const auto known = state->accounts.find({said.master, said.certname});
  auto owed = said.owed;
  std::size_t before = 0;
  if (known != state->accounts.end()) {
    before = known->second.account.owed.size();
    owed.insert(known->second.account.owed.begin(), known->second.account.owed.end());
  }
  if (owed.size() > client::kDebtSerialsMax)
    return fail(Errc::limit,
                fmt::format("{} would owe {} serials of {}; the limit is {}: who says so?",
                            said.master, owed.size(), said.certname, client::kDebtSerialsMax));
  const auto all = state->counts.serials + owed.size() - before;
  if (owed.size() == before || all <= kDebtSerialsKnownMax) return {};
  return fail(Errc::limit,
              fmt::format("masters would owe {} serials; the limit is {}: who says so?", all,
                          kDebtSerialsKnownMax));
}

Result<client::DebtAccount> Debts::hear(const client::DebtAccount& heard) {
  const bool has_room = state_.with_lock([&](const State& state) {
    return state.counts.others < kDebtsHeardMax ||
           state.accounts.contains({heard.master, heard.certname});
  });
  if (!has_room)
    return fail(Errc::limit, fmt::format("{} debts of others are known already, which is the "
                                         "limit: who wrote them all?",
                                         kDebtsHeardMax));
  MUSTER_TRY(room_for_serials(heard));
  return take(heard, Whose::others);
}

Status Debts::save() {
  const base::Locked writing(writing_);
  auto list = Value::array();
  {
    base::Locked state(state_);
    if (!state->is_new) return {};
    for (const auto& [key, known] : state->accounts)
      if (known.account.is_open())
        list.push_back(to_json(known.account, known.whose == Whose::ours));
    state->is_new = false;
  }
  auto written = base::write_file(file_, list.dump(1) + "\n", 0600);
  // What stayed without being written would be taken for written by the next try.
  if (!written) base::Locked(state_)->is_new = true;
  return written;
}

void Debts::forget_over(std::int64_t now_ms) {
  base::Locked state(state_);
  std::erase_if(state->accounts, [&](const auto& one) {
    const bool is_over = one.second.account.is_over(now_ms);
    if (is_over) state->subtract(one.second);
    return is_over;
  });
}

bool Debts::knows(const std::string& master, const std::string& certname) const {
  return base::Locked(state_)->accounts.contains({master, certname});
}

std::vector<Debt> Debts::of(const std::string& master) const {
  const base::Locked state(state_);
  std::vector<Debt> debts;
  const auto& all = state->accounts;
  for (auto at = all.lower_bound({master, ""}); at != all.end() && at->first.first == master; ++at)
    if (at->second.account.is_open()) debts.push_back(left_of(at->second.account));
  return debts;
}

bool Debts::owes(const std::string& master, const std::string& certname) const {
  const base::Locked state(state_);
  const auto at = state->accounts.find({master, certname});
  return at != state->accounts.end() && at->second.account.is_open();
}

std::vector<client::DebtAccount> Debts::all() const {
  const base::Locked state(state_);
  std::vector<client::DebtAccount> all;
  all.reserve(state->accounts.size());
  for (const auto& [key, known] : state->accounts) all.push_back(known.account);
  return all;
}

std::size_t Debts::size() const {
  return base::Locked(state_)->counts.open;
}

}  // namespace muster::provision
