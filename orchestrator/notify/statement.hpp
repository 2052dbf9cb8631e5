// Statements of the outbox's SQL with their values.
#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <vector>

#include "orchestrator/notify/outbox_row.hpp"

namespace muster::notify {

// One value for each question mark, in their order.
template <class... Values>
SQLite::Statement bound(SQLite::Database& db, const char* sql, const Values&... values) {
  SQLite::Statement statement(db, sql);
  int at = 0;
  (statement.bind(++at, values), ...);
  return statement;
}

// The first column of the first row; 0 without one.
inline std::int64_t number(SQLite::Statement statement) {
  return statement.executeStep() ? statement.getColumn(0).getInt64() : 0;
}

// The columns that rows_of() reads.
inline constexpr const char* kRowColumns =
    "id, target, subject, state, tries, created_ms, finished_ms, reason";

std::vector<OutboxRow> rows_of(SQLite::Statement statement);

}  // namespace muster::notify
