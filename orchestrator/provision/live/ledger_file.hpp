// What an orchestrator remembers on disk of the uses and revocations of join tokens: the messages as they were
// signed, by topic. The bus is the truth; the file is for the day when it has lost them (docs/adr/0057).
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/provision/ledger_host.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"

namespace muster::sqlite {
class DatabaseFile;
}

namespace muster::provision {

inline constexpr std::size_t kLedgerFileBatch =
    1'000;  // messages in one transaction, read or written

// Blocks. Thread-safe; the clock must outlive it.
class LedgerFile {
 public:
  // Made (0600) when there is none; put aside, and begun anew, when it is broken. Errc::io when it cannot be opened or
  // another process has it, Errc::config when a newer Muster wrote it. What has ended is taken away.
  static Result<std::unique_ptr<LedgerFile>> open(const std::filesystem::path& file,
                                                  const base::Clock& clock);
  ~LedgerFile();

  // All of them in one transaction, on disk when this returns. What is there already costs no write.
  Status keep(const std::vector<LedgerRow>& rows);
  Status forget(const std::string& topic);
  // Calls `see` with each topic and its message, in no lock: it may keep and forget.
  Status each(const std::function<void(const std::string& topic, const std::string& message)>& see);

 private:
  explicit LedgerFile(std::unique_ptr<sqlite::DatabaseFile> file);

  base::Guarded<std::unique_ptr<sqlite::DatabaseFile>> file_;
};

}  // namespace muster::provision
