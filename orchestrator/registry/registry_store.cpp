#include "orchestrator/registry/registry_store.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/sqlite/database_file.hpp"

namespace muster::registry {
namespace {

using SQLite::Database;
using SQLite::Statement;

constexpr std::uint32_t kIntervalUnknownS = 300;

constexpr sqlite::Layout kLayout{"registry", "nodes register again by themselves", 1,
                                 R"sql(
  CREATE TABLE IF NOT EXISTS node (
    identity TEXT NOT NULL UNIQUE,
    seen_ms INTEGER NOT NULL,
    sent_ms INTEGER NOT NULL,
    interval_s INTEGER NOT NULL,
    collectives TEXT NOT NULL,
    body BLOB NOT NULL
  );
  CREATE INDEX IF NOT EXISTS node_fresh ON node (seen_ms, interval_s, collectives);
  CREATE TABLE IF NOT EXISTS listening (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL
  );
)sql",
                                 false};

// ?1 now, ?2 the greatest age in ms or 0, ?3 grace in ms, ?4 ",collective,".
constexpr const char* kFresh =
    "seen_ms >= ?1 - CASE ?2 WHEN 0 THEN interval_s * 3000 + ?3 ELSE ?2 END "
    "AND instr(collectives, ?4) > 0";

constexpr std::int64_t in_ms(std::chrono::seconds time) {
  return std::chrono::milliseconds(time).count();
}

std::uint32_t kept_interval(std::uint32_t interval_s) {
  return std::min(interval_s == 0 ? kIntervalUnknownS : interval_s, kIntervalMaxS);
}

// Names have no commas.
std::string listed(const std::vector<std::string>& collectives) {
  std::string text = ",";
  for (const auto& collective : collectives) text += collective + ",";
  return text;
}

void bind_fresh(Statement& statement, std::int64_t now_ms, std::chrono::seconds max_age,
                const std::string& collective) {
  statement.bind(1, now_ms);
  statement.bind(2, in_ms(max_age));
  statement.bind(3, in_ms(kFreshGrace));
  statement.bind(4, "," + collective + ",");
}

struct Known {
  std::int64_t sent_ms = 0;
  std::uint64_t bytes = 0;
  bool exists = false;
};

Known known_of(Database& db, const std::string& identity) {
  Statement statement(db, "SELECT sent_ms, length(body) FROM node WHERE identity = ?");
  statement.bind(1, identity);
  if (!statement.executeStep()) return {};
  return {statement.getColumn(0).getInt64(),
          static_cast<std::uint64_t>(statement.getColumn(1).getInt64()), true};
}

void write(Database& db, const client::Registered& node, std::int64_t now_ms) {
  Statement statement(
      db,
      "INSERT INTO node (identity, seen_ms, sent_ms, interval_s, collectives, body) "
      "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (identity) DO UPDATE SET "
      "seen_ms = excluded.seen_ms, sent_ms = excluded.sent_ms, "
      "interval_s = excluded.interval_s, collectives = excluded.collectives, "
      "body = excluded.body");
  statement.bind(1, node.node.identity);
  statement.bind(2, now_ms);
  statement.bind(3, node.sent_at_ms);
  statement.bind(4, std::int64_t{kept_interval(node.interval_s)});
  statement.bind(5, listed(node.node.collectives));
  statement.bind(6, node.body.data(), static_cast<int>(node.body.size()));
  statement.exec();
}

}  // namespace

std::chrono::milliseconds fresh_for(std::uint32_t interval_s) {
  return std::chrono::seconds(std::int64_t{kept_interval(interval_s)} * 3) + kFreshGrace;
}

RegistryStore::RegistryStore(std::unique_ptr<sqlite::DatabaseFile> file, StoreLimits limits,
                             const base::Clock& clock)
    : file_(std::move(file)), limits_(limits), clock_(clock) {}

RegistryStore::~RegistryStore() = default;

Result<std::unique_ptr<RegistryStore>> RegistryStore::open(const std::filesystem::path& file,
                                                           StoreLimits limits,
                                                           const base::Clock& clock) {
  MUSTER_ASSIGN(auto opened, sqlite::DatabaseFile::open(file, kLayout, clock));
  std::unique_ptr<RegistryStore> store(new RegistryStore(std::move(opened), limits, clock));
  MUSTER_TRY(store->remember_since_when());
  MUSTER_TRY(store->tidy());
  return store;
}

// A short interruption, as of a restart, misses next to nothing.
Status RegistryStore::remember_since_when() {
  const auto now = clock_.unix_ms();
  listening_since_ms_ = now;
  return file_->run([&](Database& db) {
    Statement statement(db, "SELECT since_ms, until_ms FROM listening");
    if (!statement.executeStep()) return;
    const auto until = statement.getColumn(1).getInt64();
    if (until <= now && now - until <= in_ms(kDeafAfter))
      listening_since_ms_ = statement.getColumn(0).getInt64();
  });
}

Status RegistryStore::put(const client::Registered& node) {
  const auto& identity = node.node.identity;
  if (node.body.size() > messages::kRegistrationMaxBytes)
    return fail(Errc::limit, fmt::format("{} registers with {} bytes; the limit is {}", identity,
                                         node.body.size(), messages::kRegistrationMaxBytes));
  Known known;
  Status refused;
  MUSTER_TRY(file_->run([&](Database& db) {
    known = known_of(db, identity);
    // Once a node's clock that was ahead has been set right, what it says now counts.
    const bool from_the_future = known.sent_ms > clock_.unix_ms() + in_ms(kFreshGrace);
    const bool older = node.sent_at_ms < known.sent_ms && !from_the_future;
    if (known.exists && (older || node.sent_at_ms == known.sent_ms))
      refused = fail(Errc::expired, identity + " said this, or something newer, before");
    else if (!known.exists && nodes_ >= limits_.nodes)
      refused = fail(Errc::limit,
                     fmt::format("no room for {}: the registry holds {} nodes, as many as it may "
                                 "(registry.nodes_max)",
                                 identity, nodes_));
    else if (bytes_ + node.body.size() > limits_.bytes + known.bytes)
      refused = fail(Errc::limit,
                     fmt::format("no room for {}: the registry holds {} bytes, nearly as many as "
                                 "it may (registry.max_mb)",
                                 identity, bytes_));
    else
      write(db, node, clock_.unix_ms());
  }));
  if (!refused) return refused;
  if (!known.exists) ++nodes_;
  bytes_ = bytes_ + node.body.size() - known.bytes;
  return {};
}

Result<std::optional<Stored>> RegistryStore::find(const std::string& identity) {
  std::optional<Stored> found;
  MUSTER_TRY(file_->run([&](Database& db) {
    Statement statement(db, "SELECT seen_ms, body FROM node WHERE identity = ?");
    statement.bind(1, identity);
    if (!statement.executeStep()) return;
    auto body = statement.getColumn(1);
    found = Stored{identity, statement.getColumn(0).getInt64(),
                   std::string(static_cast<const char*>(body.getBlob()),
                               static_cast<std::size_t>(body.getBytes()))};
  }));
  return found;
}

Status RegistryStore::each(const std::string& collective, const std::string& after,
                           std::chrono::seconds max_age,
                           const std::function<bool(const Stored&)>& visit) {
  return file_->run([&](Database& db) {
    Statement statement(db, fmt::format("SELECT identity, seen_ms, body FROM node WHERE "
                                        "identity > ?5 AND {} ORDER BY identity",
                                        kFresh));
    bind_fresh(statement, clock_.unix_ms(), max_age, collective);
    statement.bind(5, after);
    while (statement.executeStep()) {
      auto body = statement.getColumn(2);
      const auto* bytes = static_cast<const char*>(body.getBlob());
      const auto size = static_cast<std::size_t>(body.getBytes());
      const Stored stored{statement.getColumn(0).getString(), statement.getColumn(1).getInt64(),
                          bytes == nullptr ? std::string() : std::string(bytes, size)};
      if (!visit(stored)) return;
    }
  });
}

Result<Overview> RegistryStore::overview(const std::string& collective,
                                         std::chrono::seconds max_age) {
  Overview out;
  std::int64_t longest_s = 0;
  MUSTER_TRY(file_->run([&](Database& db) {
    Statement statement(db,
                        fmt::format("SELECT count(*), max(interval_s) FROM node WHERE {}", kFresh));
    bind_fresh(statement, clock_.unix_ms(), max_age, collective);
    statement.executeStep();
    out.known = static_cast<std::size_t>(statement.getColumn(0).getInt64());
    longest_s = statement.getColumn(1).getInt64();  // of no node: NULL, which reads as 0
  }));
  if (longest_s == 0) longest_s = kIntervalUnknownS;
  const auto needed = in_ms(std::chrono::seconds(longest_s) + kFreshGrace);
  out.heard_all = clock_.unix_ms() - listening_since_ms_ >= needed;
  return out;
}

Status RegistryStore::listen_anew() {
  listening_since_ms_ = clock_.unix_ms();
  return tidy();
}

Status RegistryStore::tidy() {
  MUSTER_TRY(file_->run([&](Database& db) {
    const auto now = clock_.unix_ms();
    Statement old(db, "DELETE FROM node WHERE seen_ms < ?");
    old.bind(1, now - in_ms(limits_.keep));
    old.exec();
    Statement heard(db, "INSERT OR REPLACE INTO listening VALUES (1, ?, ?)");
    heard.bind(1, listening_since_ms_);
    heard.bind(2, now);
    heard.exec();
  }));
  return recount();
}

Status RegistryStore::recount() {
  return file_->run([&](Database& db) {
    Statement statement(db, "SELECT count(*), total(length(body)) FROM node");
    statement.executeStep();
    nodes_ = static_cast<std::size_t>(statement.getColumn(0).getInt64());
    bytes_ = static_cast<std::uint64_t>(statement.getColumn(1).getDouble());
  });
}

}  // namespace muster::registry
