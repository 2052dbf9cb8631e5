// How each node's last run ended, with all that its record said: who lost the record has it from here.
#pragma once

#include <SQLiteCpp/Database.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/records.hpp"

namespace muster::history {

// In the table `latest` of the history. Each within a transaction; SQLite::Exception as SQLite says.

// Unless what is there is as new, by the order of records (client::rank_of).
void put_latest(SQLite::Database& db, const client::Record& record);
void forget_latest(SQLite::Database& db, const std::string& node);
// The newest `most` stay.
void tidy_latest(SQLite::Database& db, std::size_t most);
// Nothing: of that node nothing is remembered.
std::optional<client::Record> latest_of(SQLite::Database& db, const std::string& node);
std::vector<std::string> nodes_of_latest(SQLite::Database& db);

}  // namespace muster::history
