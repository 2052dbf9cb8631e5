#include "orchestrator/provision/live/debts.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

namespace {
constexpr std::size_t kFileMaxBytes = 64 * 1024 * 1024;
}

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
  for (const auto& debt : list) {
    if (!debt.is_array() || debt.size() != 2 || !debt[0].is_string() || !debt[1].is_string())
      return broken;
    debts->owed_.emplace(debt[0], debt[1]);
  }
  return debts;
}

Status Debts::owe(const std::string& master, const std::string& certname) {
  return change({master, certname}, true);
}

Status Debts::paid(const std::string& master, const std::string& certname) {
  return change({master, certname}, false);
}

// A row that stayed would be taken for written by the next try.
Status Debts::change(const Debt& debt, bool owed) {
  const std::lock_guard writing(writing_);
  std::set<Debt> wanted;
  {
    const std::lock_guard lock(mutex_);
    if (owed_.contains(debt) == owed) return {};
    wanted = owed_;
  }
  if (owed && wanted.size() >= kDebtsMax)
    return fail(Errc::limit,
                fmt::format("more than {} certificates wait to be cleaned on masters that are down",
                            kDebtsMax));
  if (owed)
    wanted.insert(debt);
  else
    wanted.erase(debt);
  MUSTER_TRY(save(wanted));
  const std::lock_guard lock(mutex_);
  owed_ = std::move(wanted);
  return {};
}

std::vector<std::string> Debts::of(const std::string& master) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  for (const auto& [owner, certname] : owed_)
    if (owner == master) names.push_back(certname);
  return names;
}

std::size_t Debts::size() const {
  const std::lock_guard lock(mutex_);
  return owed_.size();
}

Status Debts::save(const std::set<Debt>& owed) const {
  auto list = Value::array();
  for (const auto& [master, certname] : owed) list.push_back(Value::array({master, certname}));
  return base::write_file(file_, list.dump(1) + "\n", 0600);
}

}  // namespace muster::provision
