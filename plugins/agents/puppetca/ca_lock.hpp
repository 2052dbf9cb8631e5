// One writer a CA: Puppet Server itself takes no lock for some of its writes (7.9.5: `PUT /clean`),
// and what two of them write to the revocation list at once is lost for one.
#pragma once

#include <chrono>
#include <filesystem>

#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::plugins::puppetca {

// Held until destroyed, or until the process ends, however it ends. It is a flock(2) of the CA's
// folder itself: every agent on the machine that speaks for this CA meets there, for whichever
// orchestrator it does, and there is no file to make, own or leave behind. Each take() is a lock of
// its own, so threads of one process exclude each other too.
class CaLock {
 public:
  // Waits until `deadline`. Errc::timeout, with the folder, when another held it until then; Errc::io
  // when the folder cannot be opened.
  static Result<CaLock> take(const std::filesystem::path& cadir,
                             std::chrono::steady_clock::time_point deadline);

 private:
  explicit CaLock(base::UniqueFd folder) : folder_(std::move(folder)) {}
  base::UniqueFd folder_;
};

}  // namespace muster::plugins::puppetca
