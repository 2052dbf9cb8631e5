#include "orchestrator/notify/statement.hpp"

namespace muster::notify {

std::vector<OutboxRow> rows_of(SQLite::Statement statement) {
  std::vector<OutboxRow> rows;
  while (statement.executeStep())
    rows.push_back({statement.getColumn(0).getString(), statement.getColumn(1).getString(),
                    statement.getColumn(2).getString(),
                    state_from(statement.getColumn(3).getString()),
                    statement.getColumn(4).getInt64(), statement.getColumn(5).getInt64(),
                    statement.getColumn(6).getInt64(), statement.getColumn(7).getString()});
  return rows;
}

}  // namespace muster::notify
