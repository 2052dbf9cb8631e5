#include "orchestrator/provision/live/debts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

namespace {

constexpr std::size_t kFileMaxBytes = 64 * 1024 * 1024;

Result<Debt> read(const Value& json) {
  const auto wrong = fail(Errc::config, "no debt");
  if (!json.is_object() || json.size() != 4) return wrong;
  const auto text = [&](const char* key) { return json.value(key, Value()); };
  const auto master = text("master");
  const auto certname = text("certname");
  const auto before = text("issued_before_ms");
  const auto serials = text("serials");
  if (!master.is_string() || !certname.is_string() || !before.is_number_integer() ||
      !serials.is_array())
    return wrong;
  Debt debt{master, certname, before, {}};
  for (const auto& serial : serials) {
    if (!serial.is_string()) return wrong;
    debt.serials.insert(serial);
  }
  // It would name everything.
  if (debt.issued_before_ms < 0 || (debt.issued_before_ms == 0 && debt.serials.empty()))
    return wrong;
  return debt;
}

}  // namespace

Result<std::unique_ptr<Debts>> Debts::open(const std::filesystem::path& file) {
  std::unique_ptr<Debts> debts(new Debts(file));
  const auto text = base::read_file(file, kFileMaxBytes);
  if (!text && text.error().code == Errc::not_found) return debts;
  if (!text) return fail(text.error());
  const auto list = Value::parse(*text, nullptr, false);
  const auto broken =
      fail(Errc::config,
           fmt::format("{} is damaged: it lists certificates that masters still have to clean. "
                       "Look at it, then move it away",
                       file.string()));
  if (!list.is_array()) return broken;
  for (const auto& json : list) {
    auto debt = read(json);
    if (!debt) return broken;
    auto& owed = debts->owed_[{debt->master, debt->certname}];
    owed.issued_before_ms = std::max(owed.issued_before_ms, debt->issued_before_ms);
    owed.serials.merge(debt->serials);
  }
  return debts;
}

Status Debts::owe(const Debt& debt) {
  return change([&debt](All& all) -> Status {
    auto& owed = all[{debt.master, debt.certname}];
    if (all.size() > kDebtsMax)
      return fail(
          Errc::limit,
          fmt::format("more than {} certificates wait to be cleaned on masters that are down",
                      kDebtsMax));
    owed.issued_before_ms = std::max(owed.issued_before_ms, debt.issued_before_ms);
    owed.serials.insert(debt.serials.begin(), debt.serials.end());
    return {};
  });
}

Status Debts::paid(const Debt& debt, const std::set<std::string>& but_for) {
  return change([&](All& all) -> Status {
    const auto owed = all.find({debt.master, debt.certname});
    if (owed == all.end() || owed->second != Owed{debt.issued_before_ms, debt.serials}) return {};
    if (but_for.empty())
      all.erase(owed);
    else
      owed->second = {0, but_for};
    return {};
  });
}

// What stayed without being written would be taken for written by the next try.
Status Debts::change(const std::function<Status(All&)>& make) {
  const std::lock_guard writing(writing_);
  All wanted;
  {
    const std::lock_guard lock(mutex_);
    wanted = owed_;
  }
  MUSTER_TRY(make(wanted));
  {
    const std::lock_guard lock(mutex_);
    if (wanted == owed_) return {};
  }
  MUSTER_TRY(save(wanted));
  const std::lock_guard lock(mutex_);
  owed_ = std::move(wanted);
  return {};
}

std::vector<Debt> Debts::of(const std::string& master) const {
  const std::lock_guard lock(mutex_);
  std::vector<Debt> debts;
  for (auto at = owed_.lower_bound({master, ""}); at != owed_.end() && at->first.first == master;
       ++at)
    debts.push_back({master, at->first.second, at->second.issued_before_ms, at->second.serials});
  return debts;
}

std::size_t Debts::size() const {
  const std::lock_guard lock(mutex_);
  return owed_.size();
}

Status Debts::save(const All& owed) const {
  auto list = Value::array();
  for (const auto& [whose, what] : owed)
    list.push_back({{"master", whose.first},
                    {"certname", whose.second},
                    {"issued_before_ms", what.issued_before_ms},
                    {"serials", what.serials}});
  return base::write_file(file_, list.dump(1) + "\n", 0600);
}

}  // namespace muster::provision
