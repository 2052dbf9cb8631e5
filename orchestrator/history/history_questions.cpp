// What operators ask of the history.
#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/client/run_stats.hpp"
#include "orchestrator/history/history_store.hpp"
#include "orchestrator/sqlite/database_file.hpp"

namespace muster::history {
namespace {

using SQLite::Database;
using SQLite::Statement;

Value steps_of(Database& db, std::int64_t run) {
  Statement statement(db,
                      "SELECT name, state, took_ms, tries, message FROM step WHERE run = ? "
                      "ORDER BY rowid");
  statement.bind(1, run);
  Value steps = Value::array();
  while (statement.executeStep())
    steps.push_back({{"name", statement.getColumn(0).getString()},
                     {"state", statement.getColumn(1).getString()},
                     {"took_ms", statement.getColumn(2).getInt64()},
                     {"tries", statement.getColumn(3).getInt64()},
                     {"message", statement.getColumn(4).getString()}});
  return steps;
}

Value run_in(Statement& statement) {
  return {{"run_id", statement.getColumn(1).getString()},
          {"state", statement.getColumn(2).getString()},
          {"attempts", statement.getColumn(3).getInt64()},
          {"retries", statement.getColumn(11).getInt64()},
          {"workflow", statement.getColumn(4).getString()},
          {"master", statement.getColumn(5).getString()},
          {"orchestrator", statement.getColumn(6).getString()},
          {"started_at_ms", statement.getColumn(7).getInt64()},
          {"ended_at_ms", statement.getColumn(8).getInt64()},
          {"took_ms", statement.getColumn(9).getInt64()},
          {"reason", statement.getColumn(10).getString()}};
}

// What each row adds to whom: the orchestrator is in the first column.
template <class Add>
void each_row(Database& db, const char* sql, std::int64_t since_ms, Value& ended_by, Add add) {
  Statement statement(db, sql);
  statement.bind(1, since_ms);
  while (statement.executeStep()) add(ended_by[statement.getColumn(0).getString()], statement);
}

void add_runs(Database& db, std::int64_t since_ms, Value& ended_by) {
  each_row(db,
           "SELECT orchestrator, state, master, count(*) FROM run WHERE ended_ms >= ? "
           "GROUP BY orchestrator, state, master",
           since_ms, ended_by, [](Value& of, Statement& row) {
             const auto state = row.getColumn(1).getString();
             const auto master = row.getColumn(2).getString();
             const auto count = row.getColumn(3).getInt64();
             auto& all = of["runs"][state];
             all = (all.is_null() ? 0 : all.get<std::int64_t>()) + count;
             if (!master.empty()) of["masters"][master]["runs"][state] = count;
           });
}

void add_whole(Database& db, std::int64_t since_ms, Value& ended_by) {
  each_row(db,
           "SELECT orchestrator, master, bucket, count(*) FROM run WHERE ended_ms >= ? AND "
           "state = 'finished' GROUP BY orchestrator, master, bucket",
           since_ms, ended_by, [](Value& of, Statement& row) {
             const auto master = row.getColumn(1).getString();
             const auto bucket = std::to_string(row.getColumn(2).getInt());
             const auto count = row.getColumn(3).getInt64();
             auto& all = of["whole"][bucket];
             all = (all.is_null() ? 0 : all.get<std::int64_t>()) + count;
             if (!master.empty()) of["masters"][master]["whole"][bucket] = count;
           });
}

void add_steps(Database& db, std::int64_t since_ms, Value& ended_by) {
  each_row(db,
           "SELECT run.orchestrator, step.name, step.state, step.bucket, count(*) FROM step "
           "JOIN run ON run.id = step.run WHERE run.ended_ms >= ? AND "
           "step.state IN ('done', 'failed') "
           "GROUP BY run.orchestrator, step.name, step.state, step.bucket",
           since_ms, ended_by, [](Value& of, Statement& row) {
             auto& step = of["steps"][row.getColumn(1).getString()];
             const auto count = row.getColumn(4).getInt64();
             if (row.getColumn(2).getString() == "done") {
               step["took"][std::to_string(row.getColumn(3).getInt())] = count;
               return;
             }
             auto& failed = step["failed"];
             failed = (failed.is_null() ? 0 : failed.get<std::int64_t>()) + count;
           });
}

void add_reasons(Database& db, std::int64_t since_ms, Value& ended_by) {
  each_row(db,
           "SELECT orchestrator, why, count(*) FROM run WHERE ended_ms >= ? AND state = 'failed' "
           "GROUP BY orchestrator, why ORDER BY count(*) DESC",
           since_ms, ended_by, [](Value& of, Statement& row) {
             auto& reasons = of["reasons"];
             if (reasons.size() < kReasonsToldMax)
               reasons[row.getColumn(1).getString()] = row.getColumn(2).getInt64();
           });
}

}  // namespace

Result<Value> HistoryStore::runs_of(const std::string& node, std::size_t most) {
  Value runs = Value::array();
  MUSTER_TRY(file_->run([&](Database& db) {
    Statement statement(
        db,
        "SELECT id, run_id, state, attempts, workflow, master, orchestrator, "
        "started_ms, ended_ms, took_ms, reason, retries FROM run WHERE identity = ? "
        "ORDER BY ended_ms DESC, id DESC LIMIT ?");
    statement.bind(1, node);
    statement.bind(2,
                   std::min<std::int64_t>(static_cast<std::int64_t>(most), client::kRunsToldMax));
    for (std::size_t bytes = 0; statement.executeStep();) {
      auto run = run_in(statement);
      run["steps"] = steps_of(db, statement.getColumn(0).getInt64());
      bytes += run.dump().size();
      if (bytes > kRunsToldMaxBytes) return;
      runs.push_back(std::move(run));
    }
  }));
  return Value{{"runs", std::move(runs)}};
}

Result<Value> HistoryStore::stats(std::int64_t since_ms) {
  Value ended_by = Value::object();
  MUSTER_TRY(file_->run([&](Database& db) {
    ended_by = Value::object();
    add_runs(db, since_ms, ended_by);
    add_whole(db, since_ms, ended_by);
    add_steps(db, since_ms, ended_by);
    add_reasons(db, since_ms, ended_by);
  }));
  return Value{{"ended_by", std::move(ended_by)}};
}

}  // namespace muster::history
