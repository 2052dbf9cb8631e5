// What a replay window has admitted, on disk: the next process goes on where this one ends, so that a restart opens no
// door to a replay, and refuses nothing only because it might be one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::security {

inline constexpr std::size_t kReplayJournalMaxBytes = 64 * 1024 * 1024;
inline constexpr std::size_t kReplayJournalSlack = 1024;  // records of forgotten ids that may stay

// A record is handed to the kernel before its request is carried out. So it outlives a process that is killed, but not
// a power failure: what a process of an earlier boot wrote may lack the last ones. Not thread-safe.
class ReplayJournal {
 public:
  struct Seen {
    std::string id;
    std::int64_t until_ms = 0;
  };
  struct State {
    std::int64_t opened_at_ms = 0;
    std::int64_t forgotten_until_ms = std::numeric_limits<std::int64_t>::min();
    std::vector<Seen> ids;
  };
  struct Past {
    bool whole = false;  // else only the ids mean something, and some may be missing
    State state;
  };

  // `boot_id` tells this boot of the machine from others: /proc/sys/kernel/random/boot_id. Empty: not known, and so
  // never the same.
  ReplayJournal(std::filesystem::path path, std::string boot_id);

  // What an earlier process left; nothing when there was none.
  std::optional<Past> read() const;
  // Puts `state` in place of everything, and takes records from then on. Errc::io.
  Status write(const State& state);
  // Errc::io when it could not be written. The file is empty then, so that nobody trusts it.
  Status record(std::string_view id, std::int64_t until_ms);

  // Forgotten ids are most of the file by now: time for write().
  bool worn(std::size_t live) const { return records_ > 2 * live + kReplayJournalSlack; }
  const std::filesystem::path& path() const { return path_; }

 private:
  Status give_up(const char* doing, int error);

  const std::filesystem::path path_;
  const std::string boot_id_;
  base::UniqueFd fd_;
  std::size_t records_ = 0;
};

}  // namespace muster::security
