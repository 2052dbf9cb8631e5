#include "orchestrator/history/history_store.hpp"

#include <SQLiteCpp/Statement.h>

#include <algorithm>

#include "orchestrator/client/run_stats.hpp"
#include "orchestrator/history/latest_ends.hpp"
#include "orchestrator/history/why.hpp"
#include "orchestrator/sqlite/database_file.hpp"
#include "proto/base/utf8.hpp"

namespace muster::history {
namespace {

using SQLite::Database;
using SQLite::Statement;

constexpr sqlite::Layout kLayout{"history", "how earlier runs ended is lost", 1,
                                 R"sql(
  CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY,
    identity TEXT NOT NULL,
    run_id TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    workflow TEXT NOT NULL,
    master TEXT NOT NULL,
    orchestrator TEXT NOT NULL,
    started_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    took_ms INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    reason TEXT NOT NULL,
    why TEXT NOT NULL,
    UNIQUE (identity, run_id, state, attempts, retries)
  );
  CREATE INDEX IF NOT EXISTS run_ended ON run (ended_ms);
  CREATE TABLE IF NOT EXISTS step (
    run INTEGER NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    took_ms INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    message TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS step_of ON step (run);
  CREATE TRIGGER IF NOT EXISTS run_goes AFTER DELETE ON run
  BEGIN
    DELETE FROM step WHERE run = old.id;
  END;
  CREATE TABLE IF NOT EXISTS latest (
    identity TEXT PRIMARY KEY,
    started_ms INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    record BLOB NOT NULL
  );
  CREATE INDEX IF NOT EXISTS latest_updated ON latest (updated_ms);
)sql",
                                 false};

std::string shortened(const std::string& text) {
  return std::string(base::utf8_prefix(text, kTextMaxBytes));
}

std::int64_t ended_ms(const client::Record& record) {
  return record.finished_at_ms > 0 ? record.finished_at_ms : record.updated_at_ms;
}

bool put_run(Database& db, const client::Record& record) {
  const auto ended = ended_ms(record);
  const auto took = std::max<std::int64_t>(0, ended - record.started_at_ms);
  Statement statement(
      db,
      "INSERT OR IGNORE INTO run (identity, run_id, state, attempts, retries, workflow, master, "
      "orchestrator, started_ms, ended_ms, took_ms, bucket, reason, why) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  int at = 0;
  for (const auto* text : {&record.identity, &record.run_id, &record.state})
    statement.bind(++at, *text);
  statement.bind(++at, record.attempts);
  statement.bind(++at, record.retries);
  for (const auto* text : {&record.workflow, &record.master, &record.orchestrator})
    statement.bind(++at, *text);
  for (const auto number : {record.started_at_ms, ended, took}) statement.bind(++at, number);
  statement.bind(++at, client::bucket_of(took));
  statement.bind(++at, shortened(record.reason));
  statement.bind(++at, why_of(record));
  return statement.exec() > 0;
}

void put_steps(Database& db, const client::Record& record, std::int64_t run) {
  Statement statement(db,
                      "INSERT INTO step (run, name, state, took_ms, bucket, tries, message) "
                      "VALUES (?, ?, ?, ?, ?, ?, ?)");
  std::size_t count = 0;
  for (const auto& step : record.steps) {
    if (++count > kStepsMax) return;
    statement.reset();
    statement.bind(1, run);
    statement.bind(2, step.name);
    statement.bind(3, step.state);
    statement.bind(4, step.took_ms);
    statement.bind(5, client::bucket_of(step.took_ms));
    statement.bind(6, step.tries);
    statement.bind(7, shortened(step.message));
    statement.exec();
  }
}

}  // namespace

HistoryStore::HistoryStore(std::unique_ptr<sqlite::DatabaseFile> file, HistoryLimits limits,
                           const base::Clock& clock)
    : file_(std::move(file)), limits_(limits), clock_(clock) {}

HistoryStore::~HistoryStore() = default;

Result<std::unique_ptr<HistoryStore>> HistoryStore::open(const std::filesystem::path& file,
                                                         HistoryLimits limits,
                                                         const base::Clock& clock) {
  MUSTER_ASSIGN(auto opened, sqlite::DatabaseFile::open(file, kLayout, clock));
  std::unique_ptr<HistoryStore> store(new HistoryStore(std::move(opened), limits, clock));
  MUSTER_TRY(store->tidy());
  return store;
}

bool HistoryStore::is_end(const client::Record& record) {
  return record.state == "finished" || record.state == "failed" ||
         record.state == client::kCancelled;
}

std::int64_t HistoryStore::oldest_ms() const {
  return clock_.unix_ms() - std::chrono::milliseconds(limits_.keep).count();
}

Status HistoryStore::put(const client::Record& record) {
  if (!is_end(record)) return {};
  const bool counts = ended_ms(record) >= oldest_ms();
  MUSTER_TRY(file_->run([&](Database& db) {
    if (counts && put_run(db, record)) put_steps(db, record, db.getLastInsertRowid());
    put_latest(db, record);
  }));
  return ++put_ < kTidyEvery ? Status() : tidy();
}

Status HistoryStore::forget(const std::string& node) {
  return file_->run([&](Database& db) { forget_latest(db, node); });
}

Result<std::optional<client::Record>> HistoryStore::latest(const std::string& node) {
  std::optional<client::Record> record;
  MUSTER_TRY(file_->run([&](Database& db) { record = latest_of(db, node); }));
  return record;
}

Result<std::vector<std::string>> HistoryStore::nodes() {
  std::vector<std::string> nodes;
  MUSTER_TRY(file_->run([&](Database& db) { nodes = nodes_of_latest(db); }));
  return nodes;
}

Status HistoryStore::tidy() {
  put_ = 0;
  return file_->run([&](Database& db) {
    Statement old(db, "DELETE FROM run WHERE ended_ms < ?");
    old.bind(1, oldest_ms());
    old.exec();
    Statement many(
        db,
        "DELETE FROM run WHERE id IN (SELECT id FROM run ORDER BY ended_ms DESC, id DESC "
        "LIMIT -1 OFFSET ?)");
    many.bind(1, static_cast<std::int64_t>(limits_.runs));
    many.exec();
    tidy_latest(db, limits_.runs);
  });
}

}  // namespace muster::history
