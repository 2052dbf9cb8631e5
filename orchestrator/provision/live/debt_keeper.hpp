// An orchestrator's part in debts: it says on the bus what it knows of them, hears what others say, and writes both down.
// docs/adr/0096-debts-live-on-the-bus.md.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/client/kept_debts.hpp"
#include "orchestrator/provision/live/debts.hpp"
#include "proto/base/result.hpp"

namespace muster::client {
class Link;
}

namespace muster::provision {

// Thread-safe; not on a verifier of the link's or its directory's loop. The link must outlive it.
class DebtKeeper {
 public:
  // Says all that the file knows, and knows what the bus shows. Errors as Debts::open(), and of a link that does not let us listen.
  static Result<std::unique_ptr<DebtKeeper>> open(client::Link& link, std::filesystem::path file);

  // Done once it stands on our disk, or, where that cannot take it, with the broker: the disk gets it with a later keep(). What
  // neither takes is Errc::unavailable, and owed all the same once one of them does. Errc::limit as Debts::owe().
  Status owe(const Debt& debt);
  // But for these of its serials, which are owed still. An error says that it could not be written down: others may hear of it, and a
  // restart pays it once more.
  Status paid(const Debt& debt, const std::set<std::string>& but_for = {});

  // As Debts.
  std::vector<Debt> of(const std::string& master) const { return debts_->of(master); }
  bool owes(const std::string& master, const std::string& certname) const {
    return debts_->owes(master, certname);
  }
  std::size_t size() const { return debts_->size(); }

  // Every few seconds: writes down what others said, and what could not be written. Problems are logged and tried again at the
  // next call.
  void keep();

 private:
  DebtKeeper(client::Link& link, std::unique_ptr<Debts> debts);
  // Errc::refused for a master that nobody ever named, else as Debts::hear().
  Result<client::DebtAccount> hear(const client::DebtAccount& heard);
  // What there was no room for any more is said no more.
  void leave_forgotten();
  // What is open is said on the bus; a warning about what it does not take.
  void say_all();
  // That much stands with the broker.
  Status say(const client::DebtAccount& account);

  client::Link& link_;
  const std::unique_ptr<Debts> debts_;
  std::unique_ptr<client::KeptDebts> kept_;
};

}  // namespace muster::provision
