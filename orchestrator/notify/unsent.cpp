#include "orchestrator/notify/unsent.hpp"

#include <fmt/format.h>

#include "orchestrator/notify/statement.hpp"

namespace muster::notify {

std::vector<OutboxRow> unsent(SQLite::Database& db, std::size_t most) {
  const auto sql = fmt::format(
      "SELECT {} FROM outbox WHERE state IN ('waiting', 'failed') ORDER BY seq DESC LIMIT ?",
      kRowColumns);
  return rows_of(bound(db, sql.c_str(), static_cast<std::int64_t>(most)));
}

SentAgain send_again(SQLite::Database& db, const std::string& id,
                     const std::vector<std::string>& targets, std::int64_t now_ms,
                     std::int64_t room) {
  SentAgain done;
  for (const auto& target : targets) {
    done.waiting +=
        bound(db,
              "UPDATE outbox SET due_ms = ?1 WHERE state = 'waiting' AND target = ?2 AND "
              "(id = ?3 OR ?3 = '')",
              now_ms, target, id)
            .exec();
    // Alone, or in a digest of its own: what it was part of may have been sent in part.
    done.failed +=
        bound(db,
              "UPDATE outbox SET state = 'waiting', tries = 0, batch = '', finished_ms = 0, "
              "again_ms = ?1, due_ms = ?1 WHERE seq IN (SELECT seq FROM outbox WHERE state = "
              "'failed' AND target = ?2 AND (id = ?3 OR ?3 = '') ORDER BY seq DESC LIMIT ?4)",
              now_ms, target, id, room - done.failed)
            .exec();
  }
  return done;
}

}  // namespace muster::notify
