// The SQLite file below an outbox: opened, checked, and put aside when it is broken.
#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"

namespace muster::notify {

// Not thread-safe. One process at a time: the file is locked as long as it is open.
class OutboxFile {
 public:
  // Makes the file (0600) and its folder when there is none. A corrupt file is renamed to
  // FILE.corrupt-<time>, which is logged as an error, and an empty one takes its place. Errc::io
  // when it cannot be opened or another process has it, Errc::config when a newer Muster wrote it.
  static Result<std::unique_ptr<OutboxFile>> open(std::filesystem::path path,
                                                  const base::Clock& clock);

  // Runs `work` in one transaction: all of it or nothing. When the file turns out to be corrupt, it
  // is put aside and `work` runs once more on an empty one. Other failures (disk full …) are
  // Errc::io.
  Status run(const std::function<void(SQLite::Database&)>& work);

 private:
  OutboxFile(std::filesystem::path path, const base::Clock& clock)
      : path_(std::move(path)), clock_(clock) {}
  Status connect();
  Status put_aside(const std::string& reason);
  Status try_run(const std::function<void(SQLite::Database&)>& work, bool& corrupt);

  const std::filesystem::path path_;
  const base::Clock& clock_;
  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace muster::notify
