// What of the outbox was not sent, for operators: shown, and sent again.
#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/notify/outbox_row.hpp"

namespace muster::notify {

// What waits and what has failed, the newest first, at most `most`.
std::vector<OutboxRow> unsent(SQLite::Database& db, std::size_t most);

// Rows of that id, or all when it is empty, for one of `targets`: as if they were new at `now_ms` (Unix time), under their old
// ids. At most `room` of those that failed, the newest.
SentAgain send_again(SQLite::Database& db, const std::string& id,
                     const std::vector<std::string>& targets, std::int64_t now_ms,
                     std::int64_t room);

}  // namespace muster::notify
