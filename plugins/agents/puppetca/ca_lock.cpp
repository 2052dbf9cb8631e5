#include "plugins/agents/puppetca/ca_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

namespace muster::plugins::puppetca {
namespace {

// flock(2) has no deadline of its own, so it is asked again and again. One clean takes some 40 ms.
constexpr std::chrono::milliseconds kLockAskEvery{5};

}  // namespace

Result<CaLock> CaLock::take(const std::filesystem::path& cadir,
                            std::chrono::steady_clock::time_point deadline) {
  base::UniqueFd folder(::open(cadir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder)
    return fail(Errc::io, fmt::format("cannot open {}: {}; is puppet.cadir right?", cadir.string(),
                                      std::strerror(errno)));
  while (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return fail(Errc::io,
                  fmt::format("cannot lock {}: {}", cadir.string(), std::strerror(errno)));
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline)
      return fail(Errc::timeout,
                  fmt::format("another call was writing to the CA in {} until our time was over; "
                              "try again",
                              cadir.string()));
    std::this_thread::sleep_until(std::min(deadline, now + kLockAskEvery));
  }
  return CaLock(std::move(folder));
}

}  // namespace muster::plugins::puppetca
