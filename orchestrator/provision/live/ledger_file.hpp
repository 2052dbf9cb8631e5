// What an orchestrator remembers on disk of the uses and revocations of join tokens: the messages as they were
// signed, by topic. The bus is the truth; the file is for the day when it has lost them (docs/adr/0057).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"

namespace muster::sqlite {
class DatabaseFile;
}

namespace muster::provision {

inline constexpr std::size_t kLedgerFileBatch =
    1'000;  // messages in one transaction, read or written

// Thread-safe. The clock must outlive it.
class LedgerFile {
 public:
  // Made (0600) when there is none; put aside, and begun anew, when it is broken. Errc::io when it cannot be opened or
  // another process has it, Errc::config when a newer Muster wrote it. What has ended is taken away.
  static Result<std::unique_ptr<LedgerFile>> open(const std::filesystem::path& file,
                                                  const base::Clock& clock);
  ~LedgerFile();

  // On disk when this returns, but while gathering. `until_ms`: when it is of no use any more; kForEver: never. What
  // is there already costs no write.
  static constexpr std::int64_t kForEver = 0;
  Status keep(const std::string& topic, const std::string& message, std::int64_t until_ms);
  Status forget(const std::string& topic);
  // Until settle(), what is kept is written kLedgerFileBatch at a time: each write waits for the disk, and whoever
  // starts hears everything at once.
  void gather();
  Status settle();
  // Calls `see` with each topic and its message, in no lock: it may keep and forget.
  Status each(const std::function<void(const std::string& topic, const std::string& message)>& see);

 private:
  struct Row {
    std::string topic;
    std::string message;
    std::int64_t until_ms = 0;
  };
  explicit LedgerFile(std::unique_ptr<sqlite::DatabaseFile> file);
  Status write();  // what waits; with mutex_ held

  std::mutex mutex_;
  std::unique_ptr<sqlite::DatabaseFile> file_;
  std::vector<Row> waiting_;
  bool gathering_ = false;
};

}  // namespace muster::provision
