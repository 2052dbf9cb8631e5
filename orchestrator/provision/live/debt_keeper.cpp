#include "orchestrator/provision/live/debt_keeper.hpp"

#include <fmt/format.h>

#include <utility>

#include "orchestrator/client/link.hpp"
#include "proto/base/log.hpp"

namespace muster::provision {
namespace {

constexpr std::chrono::milliseconds kOthersDebtsPatience{10'000};

}  // namespace

DebtKeeper::DebtKeeper(client::Link& link, std::unique_ptr<Debts> debts)
    : link_(link), debts_(std::move(debts)) {}

Result<std::unique_ptr<DebtKeeper>> DebtKeeper::open(client::Link& link,
                                                     std::filesystem::path file) {
  MUSTER_ASSIGN(auto debts, Debts::open(file));
  std::unique_ptr<DebtKeeper> keeper(new DebtKeeper(link, std::move(debts)));
  MUSTER_ASSIGN(keeper->kept_, client::KeptDebts::watch(
                                   link, [all = keeper.get()](const client::DebtAccount& heard) {
                                     return all->hear(heard);
                                   }));
  if (const auto heard = keeper->kept_->wait_complete(kOthersDebtsPatience); !heard)
    log::warning("not all debts that others know are known yet", {{"why", heard.error().message}});
  keeper->say_all();
  return keeper;
}

// It would never be paid: whoever has an orchestrator's key could make up as many as there is room for. One that was named and is
// gone may come back.
Result<client::DebtAccount> DebtKeeper::hear(const client::DebtAccount& heard) {
  if (!debts_->knows(heard.master, heard.certname) &&
      !link_.endorsements().names_master(heard.master))
    return fail(Errc::refused,
                fmt::format("no CA that we know of names {} as its master", heard.master));
  return debts_->hear(heard);
}

void DebtKeeper::leave_forgotten() {
  for (const auto& [master, certname] : debts_->take_forgotten())
    if (!debts_->knows(master, certname)) kept_->leave(master, certname);
}

// Whoever is not told of one hears of it from who knows it, and it stands in our file: no reason not to start.
void DebtKeeper::say_all() {
  std::size_t failed = 0;
  std::string why;
  for (const auto& account : debts_->all()) {
    if (!account.is_open()) continue;
    const auto said = kept_->keep(account);
    if (said) continue;
    ++failed;
    why = said.error().message;
  }
  if (failed > 0)
    log::warning("debts of our file are not on the bus: only we know of them",
                 {{"debts", std::to_string(failed)}, {"why", why}});
}

Status DebtKeeper::say(const client::DebtAccount& account) {
  MUSTER_TRY(kept_->keep(account));
  // Then it is said with the next link.
  if (!link_.bus().connected()) return fail(Errc::unavailable, "there is no link to the broker");
  return link_.bus().flush(client::kPublishPatience);
}

// Whichever has it: it must be known for as long as the certificate may live.
Status DebtKeeper::owe(const Debt& debt) {
  MUSTER_ASSIGN(const auto account, debts_->owe(debt, link_.clock().unix_ms()));
  leave_forgotten();
  const auto written = debts_->save();
  if (written) {
    if (const auto said = kept_->keep(account); !said)
      log::warning("a debt is not on the bus: only we know of it",
                   {{"master", debt.master}, {"why", said.error().message}});
    return {};
  }
  if (const auto said = say(account); !said)
    return fail(Errc::unavailable,
                fmt::format("neither our disk nor the bus takes down what {} owes: {}; {}",
                            debt.master, written.error().message, said.error().message));
  log::warning(
      "cannot write down a debt: it stands on the bus, and is written down when that goes",
      {{"master", debt.master}, {"certname", debt.certname}, {"why", written.error().message}});
  return {};
}

Status DebtKeeper::paid(const Debt& debt, const std::set<std::string>& but_for) {
  const auto account = debts_->pay(debt, but_for, link_.clock().unix_ms());
  if (const auto said = kept_->keep(account); !said)
    log::warning("others do not hear that a debt is paid",
                 {{"master", debt.master}, {"why", said.error().message}});
  return debts_->save();
}

void DebtKeeper::keep() {
  debts_->forget_over(link_.clock().unix_ms());
  leave_forgotten();
  if (const auto written = debts_->save(); !written)
    log::error("cannot write down what masters owe; tried again",
               {{"why", written.error().message}});
}

}  // namespace muster::provision
