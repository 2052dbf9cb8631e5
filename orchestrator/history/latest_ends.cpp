#include "orchestrator/history/latest_ends.hpp"

#include <SQLiteCpp/Statement.h>

namespace muster::history {

using SQLite::Database;
using SQLite::Statement;

void put_latest(Database& db, const client::Record& record) {
  Statement statement(
      db,
      "INSERT INTO latest (identity, started_ms, fence, updated_ms, record) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT (identity) DO UPDATE SET started_ms = excluded.started_ms, "
      "fence = excluded.fence, updated_ms = excluded.updated_ms, record = excluded.record "
      "WHERE (excluded.started_ms, excluded.fence, excluded.updated_ms) > "
      "(latest.started_ms, latest.fence, latest.updated_ms)");
  const auto encoded = record.encode();
  statement.bind(1, record.identity);
  statement.bind(2, record.started_at_ms);
  statement.bind(3, record.fence);
  statement.bind(4, record.updated_at_ms);
  statement.bind(5, encoded.data(), static_cast<int>(encoded.size()));
  statement.exec();
}

void forget_latest(Database& db, const std::string& node) {
  Statement statement(db, "DELETE FROM latest WHERE identity = ?");
  statement.bind(1, node);
  statement.exec();
}

void tidy_latest(Database& db, std::size_t most) {
  Statement statement(db,
                      "DELETE FROM latest WHERE identity IN (SELECT identity FROM latest ORDER BY "
                      "updated_ms DESC LIMIT -1 OFFSET ?)");
  statement.bind(1, static_cast<std::int64_t>(most));
  statement.exec();
}

std::optional<client::Record> latest_of(Database& db, const std::string& node) {
  Statement statement(db, "SELECT record FROM latest WHERE identity = ?");
  statement.bind(1, node);
  if (!statement.executeStep()) return std::nullopt;
  auto record = client::Record::decode(statement.getColumn(0).getString());
  return record ? std::optional(*std::move(record)) : std::nullopt;
}

std::vector<std::string> nodes_of_latest(Database& db) {
  Statement statement(db, "SELECT identity FROM latest ORDER BY identity");
  std::vector<std::string> nodes;
  while (statement.executeStep()) nodes.push_back(statement.getColumn(0).getString());
  return nodes;
}

}  // namespace muster::history
