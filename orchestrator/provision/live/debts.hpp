// Certificates that a master still has to clean because it was down when the name was given out
// anew.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::provision {

inline constexpr std::size_t kDebtsMax = 100'000;  // names, of all masters together

// What of a name a master owes: the name may be given out again, by that same master, before it pays.
struct Debt {
  std::string master;
  std::string certname;
  std::int64_t issued_before_ms =
      0;  // when it was made, Unix time: whatever the master had issued by then
  std::set<std::string> serials;  // and these, as x509::Certificate::serial_hex()
};

// Thread-safe. One small file, rewritten atomically at each change: owe() and paid() wait for the disk, the others never do.
class Debts {
 public:
  // A file that cannot be read is an error that names it: forgetting debts would leave old
  // certificates alive.
  static Result<std::unique_ptr<Debts>> open(const std::filesystem::path& file);

  // Of one name at one master there is one debt: the later time, and all serials. Errc::limit beyond kDebtsMax.
  Status owe(const Debt& debt);
  // But for these of its serials. All of it stays when more is owed since.
  Status paid(const Debt& debt, const std::set<std::string>& but_for = {});
  std::vector<Debt> of(const std::string& master) const;
  std::size_t size() const;

 private:
  struct Owed {
    std::int64_t issued_before_ms = 0;
    std::set<std::string> serials;
    bool operator==(const Owed&) const = default;
  };
  using All = std::map<std::pair<std::string, std::string>, Owed>;  // by master and certname

  explicit Debts(std::filesystem::path file) : file_(std::move(file)) {}
  // Makes that change and writes it down; undoes it when it cannot be written.
  Status change(const std::function<Status(All&)>& make);
  Status save(const All& owed) const;
  const std::filesystem::path file_;
  std::mutex writing_;  // one change at a time; taken before mutex_
  mutable std::mutex mutex_;
  All owed_;
};

}  // namespace muster::provision
