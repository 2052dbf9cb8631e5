#include "orchestrator/sqlite/database_file.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "proto/base/files.hpp"
#include "proto/base/put_aside.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::sqlite {
namespace {

constexpr int kBusyMs = 2'000;  // the process before us may just be ending

bool says_corrupt(const SQLite::Exception& error) {
  return error.getErrorCode() == SQLITE_CORRUPT || error.getErrorCode() == SQLITE_NOTADB;
}

// SQLite would make it readable for all; its side files take over the mode.
Status make_file(const std::filesystem::path& path, const char* what) {
  if (path.has_parent_path()) MUSTER_TRY(base::make_folder(path.parent_path(), 0700));
  const base::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return fail(Errc::io, fmt::format("cannot write {} {}", what, path.string()));
  return {};
}

}  // namespace

Error DatabaseFile::explain(const SQLite::Exception& error) const {
  if (error.getErrorCode() == SQLITE_BUSY)
    return {Errc::io,
            fmt::format("{} {} is in use by another process", layout_.what, path_.string())};
  return {Errc::io, fmt::format("{} {}: {}", layout_.what, path_.string(), error.what())};
}

Result<std::unique_ptr<DatabaseFile>> DatabaseFile::open(std::filesystem::path path,
                                                         const Layout& layout,
                                                         const base::Clock& clock) {
  std::unique_ptr<DatabaseFile> file(new DatabaseFile(std::move(path), layout, clock));
  MUSTER_TRY(file->connect());
  bool corrupt = false;
  std::string found = "ok";
  auto checked = file->try_run(
      [&](SQLite::Database& db) { found = db.execAndGet("PRAGMA quick_check(1)").getString(); },
      corrupt);
  if (!checked && !corrupt) return fail(checked.error());
  if (corrupt || found != "ok")
    MUSTER_TRY(file->put_aside(corrupt ? checked.error().message : found));
  MUSTER_ASSIGN(auto version, file->lay_out());
  if (version < layout.version) {
    MUSTER_TRY(file->put_aside(fmt::format("an earlier Muster wrote it (format {})", version)));
    MUSTER_ASSIGN(version, file->lay_out());
  }
  if (version > layout.version)
    return fail(Errc::config,
                fmt::format("{} {} was written by a newer Muster (format {}, known {})",
                            layout.what, file->path_.string(), version, layout.version));
  return file;
}

Result<int> DatabaseFile::lay_out() {
  int version = 0;
  MUSTER_TRY(run([&](SQLite::Database& db) {
    version = db.execAndGet("PRAGMA user_version").getInt();
    if (version != 0 && version != layout_.version) return;
    db.exec(layout_.schema);
    db.exec(fmt::format("PRAGMA user_version = {}", layout_.version));
    version = layout_.version;
  }));
  return version;
}

Status DatabaseFile::connect() {
  MUSTER_TRY(make_file(path_, layout_.what));
  try {
    database_ = std::make_unique<SQLite::Database>(path_.string(), SQLite::OPEN_READWRITE, kBusyMs);
    // No second process: two of them would do everything twice.
    database_->exec("PRAGMA locking_mode = EXCLUSIVE");
  } catch (const SQLite::Exception& error) {
    return fail(explain(error));
  }
  return {};
}

Status DatabaseFile::put_aside(const std::string& reason) {
  database_.reset();
  MUSTER_ASSIGN(const auto aside,
                base::put_aside(path_, {layout_.what, layout_.loss, reason}, clock_.unix_ms()));
  std::error_code error;
  for (const char* side : {"-wal", "-shm", "-journal"})
    if (std::filesystem::exists(path_.string() + side, error))
      std::filesystem::rename(path_.string() + side, aside.string() + side, error);
  MUSTER_TRY(connect());
  bool corrupt = false;
  return try_run([this](SQLite::Database& db) { db.exec(layout_.schema); }, corrupt);
}

Status DatabaseFile::try_run(const std::function<void(SQLite::Database&)>& work, bool& corrupt) {
  try {
    if (!database_) MUSTER_TRY(connect());
    // Both pragmas read the file, so they fail on a corrupt one; they are no-ops when they already
    // hold.
    database_->exec("PRAGMA journal_mode = WAL");
    database_->exec(layout_.durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    work(*database_);
    transaction.commit();
    return {};
  } catch (const SQLite::Exception& error) {
    corrupt = says_corrupt(error);
    return fail(explain(error));
  } catch (const std::exception& error) {
    return fail(Errc::io, fmt::format("{} {}: {}", layout_.what, path_.string(), error.what()));
  }
}

Status DatabaseFile::run(const std::function<void(SQLite::Database&)>& work) {
  bool corrupt = false;
  auto done = try_run(work, corrupt);
  if (done || !corrupt) return done;
  MUSTER_TRY(put_aside(done.error().message));
  return try_run(work, corrupt);
}

}  // namespace muster::sqlite
