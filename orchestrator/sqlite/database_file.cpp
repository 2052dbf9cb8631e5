#include "orchestrator/notify/database.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::notify {
namespace {

constexpr int kVersion = 1;
constexpr int kBusyMs = 2'000;  // the process before us may just be ending

constexpr const char* kSchema = R"sql(
  CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    target TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    data TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
    batch TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    finished_ms INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    UNIQUE (id, target)
  );
  CREATE INDEX IF NOT EXISTS outbox_due ON outbox (state, target, due_ms);
)sql";

bool says_corrupt(const SQLite::Exception& error) {
  return error.getErrorCode() == SQLITE_CORRUPT || error.getErrorCode() == SQLITE_NOTADB;
}

Error explain(const SQLite::Exception& error, const std::filesystem::path& path) {
  if (error.getErrorCode() == SQLITE_BUSY)
    return {Errc::io, fmt::format("outbox {} is in use by another process", path.string())};
  return {Errc::io, fmt::format("outbox {}: {}", path.string(), error.what())};
}

// SQLite would make it readable for all; its side files take over the mode.
Status make_file(const std::filesystem::path& path) {
  if (path.has_parent_path()) MUSTER_TRY(base::make_folder(path.parent_path(), 0700));
  const base::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return fail(Errc::io, fmt::format("cannot write outbox {}", path.string()));
  return {};
}

}  // namespace

Result<std::unique_ptr<OutboxFile>> OutboxFile::open(std::filesystem::path path,
                                                     const base::Clock& clock) {
  std::unique_ptr<OutboxFile> file(new OutboxFile(std::move(path), clock));
  MUSTER_TRY(file->connect());
  bool corrupt = false;
  std::string found = "ok";
  auto checked = file->try_run(
      [&](SQLite::Database& db) { found = db.execAndGet("PRAGMA quick_check(1)").getString(); },
      corrupt);
  if (!checked && !corrupt) return fail(checked.error());
  if (corrupt || found != "ok")
    MUSTER_TRY(file->put_aside(corrupt ? checked.error().message : found));
  int version = 0;
  MUSTER_TRY(file->run([&](SQLite::Database& db) {
    version = db.execAndGet("PRAGMA user_version").getInt();
    if (version > kVersion) return;
    db.exec(kSchema);
    db.exec(fmt::format("PRAGMA user_version = {}", kVersion));
  }));
  if (version > kVersion)
    return fail(Errc::config,
                fmt::format("outbox {} was written by a newer Muster (format {}, known {})",
                            file->path_.string(), version, kVersion));
  return file;
}

Status OutboxFile::connect() {
  MUSTER_TRY(make_file(path_));
  try {
    database_ = std::make_unique<SQLite::Database>(path_.string(), SQLite::OPEN_READWRITE, kBusyMs);
    // No second process: two deliverers of one outbox would send everything twice.
    database_->exec("PRAGMA locking_mode = EXCLUSIVE");
  } catch (const SQLite::Exception& error) {
    return fail(explain(error, path_));
  }
  return {};
}

Status OutboxFile::put_aside(const std::string& reason) {
  database_.reset();
  const auto aside = fmt::format("{}.corrupt-{}", path_.string(), base::iso8601(clock_.unix_ms()));
  std::error_code error;
  std::filesystem::rename(path_, aside, error);
  if (error)
    return fail(Errc::io, fmt::format("outbox {} is corrupt and cannot be moved aside: {}",
                                      path_.string(), error.message()));
  for (const char* side : {"-wal", "-shm", "-journal"})
    if (std::filesystem::exists(path_.string() + side, error))
      std::filesystem::rename(path_.string() + side, aside + side, error);
  log::error(
      "the outbox was corrupt: moved aside, an empty one begun; undelivered notifications in it "
      "are lost",
      {{"outbox", path_.string()}, {"kept_as", aside}, {"reason", reason}});
  MUSTER_TRY(connect());
  bool corrupt = false;
  return try_run([](SQLite::Database& db) { db.exec(kSchema); }, corrupt);
}

Status OutboxFile::try_run(const std::function<void(SQLite::Database&)>& work, bool& corrupt) {
  try {
    if (!database_) MUSTER_TRY(connect());
    // Both pragmas read the file, so they fail on a corrupt one; they are no-ops when they already
    // hold.
    database_->exec("PRAGMA journal_mode = WAL");
    database_->exec("PRAGMA synchronous = FULL");
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    work(*database_);
    transaction.commit();
    return {};
  } catch (const SQLite::Exception& error) {
    corrupt = says_corrupt(error);
    return fail(explain(error, path_));
  } catch (const std::exception& error) {
    return fail(Errc::io, fmt::format("outbox {}: {}", path_.string(), error.what()));
  }
}

Status OutboxFile::run(const std::function<void(SQLite::Database&)>& work) {
  bool corrupt = false;
  auto done = try_run(work, corrupt);
  if (done || !corrupt) return done;
  MUSTER_TRY(put_aside(done.error().message));
  return try_run(work, corrupt);
}

}  // namespace muster::notify
