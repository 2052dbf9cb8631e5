#include "orchestrator/provision/live/ledger_file.hpp"

#include <SQLiteCpp/Statement.h>

#include "orchestrator/sqlite/database_file.hpp"

namespace muster::provision {
namespace {

using SQLite::Database;
using SQLite::Statement;

constexpr sqlite::Layout kLayout{
    "ledger of join tokens",
    "uses and revocations of join tokens that the broker has lost are lost", 1, R"sql(
  CREATE TABLE IF NOT EXISTS messages (
    topic TEXT PRIMARY KEY,
    message BLOB NOT NULL,
    until_ms INTEGER NOT NULL
  ) WITHOUT ROWID;
)sql"};

}  // namespace

LedgerFile::LedgerFile(std::unique_ptr<sqlite::DatabaseFile> file) : file_(std::move(file)) {}
LedgerFile::~LedgerFile() = default;

Result<std::unique_ptr<LedgerFile>> LedgerFile::open(const std::filesystem::path& file,
                                                     const base::Clock& clock) {
  MUSTER_ASSIGN(auto database, sqlite::DatabaseFile::open(file, kLayout, clock));
  const auto now_ms = clock.unix_ms();
  MUSTER_TRY(database->run([&](Database& db) {
    Statement ended(db, "DELETE FROM messages WHERE until_ms <> 0 AND until_ms < ?1");
    ended.bind(1, now_ms);
    ended.exec();
  }));
  return std::unique_ptr<LedgerFile>(new LedgerFile(std::move(database)));
}

Status LedgerFile::keep(const std::vector<LedgerRow>& rows) {
  if (rows.empty()) return {};
  return base::Locked(file_)->get()->run([&](Database& db) {
    Statement insert(db,
                     "INSERT INTO messages (topic, message, until_ms) VALUES (?1, ?2, ?3) "
                     "ON CONFLICT (topic) DO UPDATE SET message = excluded.message, until_ms = "
                     "excluded.until_ms WHERE message IS NOT excluded.message");
    for (const auto& row : rows) {
      insert.bind(1, row.topic);
      insert.bind(2, row.message.data(), static_cast<int>(row.message.size()));
      insert.bind(3, row.until_ms);
      insert.exec();
      insert.reset();
    }
  });
}

Status LedgerFile::forget(const std::string& topic) {
  return base::Locked(file_)->get()->run([&](Database& db) {
    Statement remove(db, "DELETE FROM messages WHERE topic = ?1");
    remove.bind(1, topic);
    remove.exec();
  });
}

Status LedgerFile::each(
    const std::function<void(const std::string& topic, const std::string& message)>& see) {
  std::string after;
  while (true) {
    std::vector<LedgerRow> page;
    MUSTER_TRY(base::Locked(file_)->get()->run([&](Database& db) {
      page.clear();  // it runs again on an empty file when this one is broken
      Statement next(db,
                     "SELECT topic, message FROM messages WHERE topic > ?1 ORDER BY topic "
                     "LIMIT ?2");
      next.bind(1, after);
      next.bind(2, static_cast<std::int64_t>(kLedgerFileBatch));
      while (next.executeStep())
        page.push_back({next.getColumn(0).getString(), next.getColumn(1).getString()});
    }));
    for (const auto& row : page) see(row.topic, row.message);
    if (page.size() < kLedgerFileBatch) return {};
    after = page.back().topic;
  }
}

}  // namespace muster::provision
