// What masters still have to clean because they were down when a name was given out anew, as this orchestrator knows it: a file,
// and what others say. docs/adr/0096-debts-live-on-the-bus.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/client/debt_account.hpp"
#include "orchestrator/client/kept_debts.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"

namespace muster::provision {

inline constexpr std::size_t kDebtsMax = 40'000;  // names that this orchestrator owes itself, open

// Open or paid: what a stolen orchestrator makes up must not fill the memory, nor the room for what we owe.
inline constexpr std::size_t kDebtsHeardMax = 40'000;
static_assert(kDebtsMax + kDebtsHeardMax <= client::kDebtsKeptMax, "what is known can be said");

// What we owed and is paid is said for a while, and takes what room is left of both; beyond that so many of the oldest are
// forgotten at once.
inline constexpr std::size_t kPaidForgottenAtOnce = 1'000;

inline constexpr std::size_t kDebtSerialsKnownMax = 100'000;  // of all debts together

// What of a name a master owes: the name may be given out again, by that same master, before it pays.
struct Debt {
  std::string master;
  std::string certname;
  std::int64_t issued_before_ms =
      0;  // when it was made, Unix time: whatever the master had issued by then
  std::set<std::string> serials;  // and these, as x509::Certificate::serial_hex()
};

// Thread-safe. One small file, rewritten atomically by save(), which alone waits for the disk. Of one name at one master there is
// one account; what is paid is told of as well, and not written.
class Debts {
 public:
  // A damaged file is kept aside (read_kept_list), and what can be read of it is owed: the rest others may know. Errc::io when it
  // cannot be read.
  static Result<std::unique_ptr<Debts>> open(const std::filesystem::path& file);

  // Each gives all that is known of that master and name with it. Times are by the caller's clock.
  // Errc::limit beyond kDebtsMax that are open and were owed here, whatever was heard; and as hear() for serials.
  Result<client::DebtAccount> owe(const Debt& debt, std::int64_t now_ms);
  // But for these of its serials. What is owed beside it stays.
  client::DebtAccount pay(const Debt& debt, const std::set<std::string>& but_for,
                          std::int64_t now_ms);
  // What was heard, whoever said it. Errc::limit beyond kDebtsHeardMax, beyond kDebtSerialsKnownMax, and when it would have more
  // serials together with what is known than one message may: then it is not remembered.
  Result<client::DebtAccount> hear(const client::DebtAccount& heard);

  // Writes down what is open, unless that stands there; what could not be written is written by the next call.
  Status save();
  // What is said no more is known no more.
  void forget_over(std::int64_t now_ms);
  using Key = std::pair<std::string, std::string>;  // master and certname
  // What was paid and is known no more since the last call, as there was no room: it is to be said no more either.
  std::vector<Key> take_forgotten();

  // Open or paid.
  bool knows(const std::string& master, const std::string& certname) const;
  std::vector<Debt> of(const std::string& master) const;
  bool owes(const std::string& master, const std::string& certname) const;
  std::vector<client::DebtAccount> all() const;
  std::size_t size() const;  // that are open

 private:
  enum class Whose { ours, others };
  struct Known {
    client::DebtAccount account;
    Whose whose = Whose::others;
  };
  struct Counts {
    std::size_t open = 0;
    std::size_t open_ours = 0;
    std::size_t others = 0;  // open or paid
    std::size_t serials = 0;
  };
  struct State {
    void add(const Known& known);
    void subtract(const Known& known);
    void forget_oldest_paid();

    std::map<Key, Known> accounts;
    Counts counts;
    std::vector<Key> forgotten;
    bool is_new = false;  // something is not written yet
  };

  explicit Debts(std::filesystem::path file) : file_(std::move(file)) {}
  Status room_for_serials(const client::DebtAccount& said) const;
  bool is_ours(const std::string& master, const std::string& certname) const;
  client::DebtAccount take(const client::DebtAccount& said, Whose whose);

  const std::filesystem::path file_;
  base::Guarded<bool> writing_;  // one at a time; taken before state_
  base::Guarded<State> state_;
};

}  // namespace muster::provision
