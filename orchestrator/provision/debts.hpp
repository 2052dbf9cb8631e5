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

// Thread-safe. One small file, rewritten atomically at each change.
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
  Status save() const;
  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::set<std::pair<std::string, std::string>> owed_;  // master, certname
};

}  // namespace muster::provision
