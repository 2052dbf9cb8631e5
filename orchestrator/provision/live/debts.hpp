// Certificates that a master still has to clean because it was down when the name was given out
// anew.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::provision {

inline constexpr std::size_t kDebtsMax = 100'000;

// Thread-safe. One small file, rewritten atomically at each change: owe() and paid() wait for the disk, the others never do.
class Debts {
 public:
  // A file that cannot be read is an error that names it: forgetting debts would leave old
  // certificates alive.
  static Result<std::unique_ptr<Debts>> open(const std::filesystem::path& file);

  Status owe(const std::string& master, const std::string& certname);
  Status paid(const std::string& master, const std::string& certname);
  std::vector<std::string> of(const std::string& master) const;
  std::size_t size() const;

 private:
  explicit Debts(std::filesystem::path file) : file_(std::move(file)) {}
  using Debt = std::pair<std::string, std::string>;  // master, certname
  // Makes that change and writes it down; undoes it when it cannot be written.
  Status change(const Debt& debt, bool owed);
  Status save(const std::set<Debt>& owed) const;
  const std::filesystem::path file_;
  std::mutex writing_;  // one change at a time; taken before mutex_
  mutable std::mutex mutex_;
  std::set<Debt> owed_;
};

}  // namespace muster::provision
