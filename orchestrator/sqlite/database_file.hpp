// One SQLite file: opened, checked, and put aside when it is broken.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"

namespace muster::sqlite {

// What a file holds. Texts are borrowed for as long as the file is open: literals.
struct Layout {
  const char* what;     // "outbox", for messages
  const char* loss;     // when it is put aside: "undelivered notifications in it are lost"
  int version;          // a file of a newer one is left alone, one of an older one put aside
  const char* schema;   // SQL that may run again and again: CREATE … IF NOT EXISTS
  bool durable = true;  // false: the last transactions may be lost with the power, the file never
};

// Not thread-safe. One process at a time: the file is locked as long as it is open.
class DatabaseFile {
 public:
  // Makes the file (0600) and its folder when there is none. A corrupt file is renamed to
  // FILE.damaged-<time> (base::put_aside), which is logged as an error, and an empty one takes its place. Errc::io
  // when it cannot be opened or another process has it, Errc::config when a newer Muster wrote it.
  static Result<std::unique_ptr<DatabaseFile>> open(std::filesystem::path path,
                                                    const Layout& layout, const base::Clock& clock);

  // Runs `work` in one transaction: all of it or nothing. When the file turns out to be corrupt, it
  // is put aside and `work` runs once more on an empty one. Other failures (disk full …) are
  // Errc::io.
  Status run(const std::function<void(SQLite::Database&)>& work);

 private:
  DatabaseFile(std::filesystem::path path, const Layout& layout, const base::Clock& clock)
      : path_(std::move(path)), layout_(layout), clock_(clock) {}
  Error explain(const SQLite::Exception& error) const;
  Status connect();
  // Makes what is to be in a new file. The version of what is there.
  Result<int> lay_out();
  Status put_aside(const std::string& reason);
  Status try_run(const std::function<void(SQLite::Database&)>& work, bool& corrupt);

  const std::filesystem::path path_;
  const Layout layout_;
  const base::Clock& clock_;
  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace muster::sqlite
