#include "orchestrator/notify/outbox.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/notify/digest.hpp"
#include "orchestrator/notify/statement.hpp"
#include "orchestrator/notify/unsent.hpp"
#include "orchestrator/sqlite/database_file.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/log.hpp"
#include "proto/base/printable.hpp"
#include "proto/base/utf8.hpp"

namespace muster::notify {
namespace {

using SQLite::Database;
using SQLite::Statement;

constexpr sqlite::Layout kLayout{"outbox", "undelivered notifications in it are lost", 2, R"sql(
  CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    target TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    data TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed', 'superseded')),
    batch TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0,
    created_ms INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    finished_ms INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    again_ms INTEGER NOT NULL DEFAULT 0,
    node TEXT NOT NULL DEFAULT '',
    run TEXT NOT NULL DEFAULT '',
    fence INTEGER NOT NULL DEFAULT 0,
    outcome TEXT NOT NULL DEFAULT '',
    UNIQUE (id, target)
  );
  CREATE INDEX IF NOT EXISTS outbox_due ON outbox (state, target, due_ms);
)sql"};

// No wait is as long as this (notify_config.cpp): a row due later was written before the clock was
// set back.
constexpr std::int64_t kDueHorizonMs = 2 * 3'600'000;

// Too old, or taken too often by processes that died with it.
void fail_overdue(Database& db, const std::string& target, std::int64_t now_ms,
                  const OutboxLimits& limits) {
  auto overdue = bound(
      db,
      "UPDATE outbox SET state = 'failed', finished_ms = ?1, reason = 'not delivered within "
      "' || ?2 || ' h and "
      "' || tries || ' tries' || CASE reason WHEN '' THEN '' ELSE '; last: ' || reason END "
      "WHERE state = 'waiting' AND target = ?3 AND (max(created_ms, again_ms) < ?4 OR tries >= ?5)",
      now_ms, std::int64_t{limits.age_max.count() / 3'600'000}, target,
      now_ms - std::int64_t{limits.age_max.count()}, limits.tries_max);
  if (const int count = overdue.exec(); count > 0)
    log::error("notifications failed: too old or tried too often",
               {{"target", target}, {"rows", std::to_string(count)}});
}

void forget_old(Database& db, std::int64_t now_ms, const OutboxLimits& limits) {
  bound(db, "DELETE FROM outbox WHERE state != 'waiting' AND finished_ms < ?",
        now_ms - std::int64_t{limits.keep.count()})
      .exec();
  bound(db,
        "DELETE FROM outbox WHERE state != 'waiting' AND seq <= (SELECT seq FROM outbox WHERE "
        "state != "
        "'waiting' ORDER BY seq DESC LIMIT 1 OFFSET ?)",
        limits.waiting_max)
      .exec();
}

// New rows of `target` become a digest when there are more than `above` of them.
void make_digest(Database& db, const std::string& target, std::int64_t now_ms, std::int64_t above) {
  const auto fresh = number(bound(db,
                                  "SELECT count(*) FROM outbox WHERE state = 'waiting' AND target "
                                  "= ? AND tries = 0 AND batch = ''",
                                  target));
  if (fresh <= above) return;
  bound(db,
        "UPDATE outbox SET batch = ?, due_ms = ? WHERE seq IN (SELECT seq FROM outbox WHERE state "
        "= 'waiting' "
        "AND target = ? AND tries = 0 AND batch = '' ORDER BY seq LIMIT ?)",
        "digest-" + base::random_id(), now_ms, target, std::int64_t{kDigestRowsMax})
      .exec();
}

struct Due {
  std::int64_t seq = 0;
  std::string batch;
  bool fresh = false;
};

std::optional<Due> find_due(Database& db, const std::string& target, std::int64_t now_ms) {
  auto found =
      bound(db,
            "SELECT seq, batch, tries FROM outbox WHERE state = 'waiting' AND target = ? AND "
            "(due_ms <= ? OR due_ms > ?) ORDER BY due_ms, seq LIMIT 1",
            target, now_ms, now_ms + kDueHorizonMs);
  if (!found.executeStep()) return std::nullopt;
  Due due{found.getColumn(0).getInt64(), found.getColumn(1).getString(), false};
  due.fresh = due.batch.empty() && found.getColumn(2).getInt64() == 0;
  return due;
}

plugins::Notification notification_in(const Statement& row) {
  plugins::Notification out{row.getColumn(1).getString(), row.getColumn(2).getString(),
                            row.getColumn(3).getString(),
                            Value::parse(row.getColumn(4).getString(), nullptr, false)};
  plugins::Lease lease{row.getColumn(6).getString(), row.getColumn(7).getString(),
                       row.getColumn(8).getInt64(), row.getColumn(9).getString()};
  if (!lease.node.empty()) out.lease = std::move(lease);
  return out;
}

Work load(Database& db, const Due& due, const std::string& target) {
  const std::string columns =
      "SELECT seq, id, subject, text, data, tries, node, run, fence, outcome FROM outbox WHERE ";
  auto rows =
      due.batch.empty()
          ? bound(db, (columns + "seq = ?").c_str(), due.seq)
          : bound(db,
                  (columns + "state = 'waiting' AND target = ? AND batch = ? ORDER BY seq").c_str(),
                  target, due.batch);
  Work work;
  work.batch = due.batch;
  while (rows.executeStep()) {
    work.tries = rows.getColumn(5).getInt64() + 1;
    work.parts.push_back({rows.getColumn(0).getInt64(), notification_in(rows)});
  }
  return work;
}

}  // namespace

Outbox::Outbox(std::unique_ptr<sqlite::DatabaseFile> file, OutboxLimits limits, DigestRule digest,
               const base::Clock& clock)
    : file_(std::move(file)), limits_(limits), digest_(digest), clock_(clock) {}

Outbox::~Outbox() = default;

Result<std::unique_ptr<Outbox>> Outbox::open(const std::filesystem::path& file, OutboxLimits limits,
                                             DigestRule digest, const base::Clock& clock) {
  MUSTER_ASSIGN(auto opened, sqlite::DatabaseFile::open(file, kLayout, clock));
  std::unique_ptr<Outbox> outbox(new Outbox(std::move(opened), limits, digest, clock));
  // Whoever took rows before us is gone (the file is locked): no reason to wait out a back-off.
  MUSTER_TRY((*base::Locked(outbox->file_))->run([&](Database& db) {
    bound(db, "UPDATE outbox SET due_ms = ? WHERE state = 'waiting' AND tries > 0", clock.unix_ms())
        .exec();
  }));
  return outbox;
}

Status Outbox::add(const std::string& target, const plugins::Notification& notification) {
  if (notification.id.empty()) return fail(Errc::invalid_data, "a notification has no id");
  const auto subject =
      std::string(base::utf8_prefix(base::one_line(notification.subject), kSubjectMaxBytes));
  const auto text = base::cut_utf8(base::printable(notification.text), kTextMaxBytes);
  const auto data = base::json_text(notification.data);
  const auto lease = notification.lease.value_or(plugins::Lease{});
  const base::Locked file(file_);
  const auto now = clock_.unix_ms();
  bool full = false;
  MUSTER_TRY((*file)->run([&](Database& db) {
    full = false;
    if (number(bound(db, "SELECT count(*) FROM outbox WHERE id = ? AND target = ?", notification.id,
                     target)) > 0)
      return;
    full = number(bound(db, "SELECT count(*) FROM outbox WHERE state = 'waiting'")) >=
           limits_.waiting_max;
    if (full) return;
    bound(db,
          "INSERT INTO outbox (id, target, subject, text, data, created_ms, due_ms, node, run, "
          "fence, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          notification.id, target, subject, text, data, now,
          now + std::int64_t{digest_.window.count()}, lease.node, lease.run, lease.fence,
          lease.state)
        .exec();
  }));
  if (full)
    return fail(Errc::limit,
                fmt::format("{} notifications wait already (waiting_max): '{}' for {} is dropped",
                            limits_.waiting_max, subject, target));
  return {};
}

Result<std::optional<Work>> Outbox::take(const std::string& target) {
  const base::Locked file(file_);
  const auto now = clock_.unix_ms();
  std::optional<Work> work;
  MUSTER_TRY((*file)->run([&](Database& db) {
    work.reset();
    fail_overdue(db, target, now, limits_);
    auto due = find_due(db, target, now);
    if (due && due->fresh) {
      make_digest(db, target, now, digest_.above);
      due = find_due(db, target, now);
    }
    if (!due) return;
    work = load(db, *due, target);
    for (const auto& part : work->parts)
      bound(db, "UPDATE outbox SET tries = tries + 1 WHERE seq = ?", part.row).exec();
  }));
  return work;
}

Result<std::optional<std::int64_t>> Outbox::next_due_ms(const std::string& target) {
  const base::Locked file(file_);
  std::optional<std::int64_t> due;
  MUSTER_TRY((*file)->run([&](Database& db) {
    due.reset();
    auto next =
        bound(db, "SELECT min(due_ms) FROM outbox WHERE state = 'waiting' AND target = ?", target);
    if (next.executeStep() && !next.getColumn(0).isNull()) due = next.getColumn(0).getInt64();
  }));
  return due;
}

Status Outbox::finish(const std::vector<Work::Part>& parts, State state,
                      const std::string& reason) {
  const base::Locked file(file_);
  const auto now = clock_.unix_ms();
  return (*file)->run([&](Database& db) {
    for (const auto& part : parts)
      bound(db, "UPDATE outbox SET state = ?, finished_ms = ?, reason = ? WHERE seq = ?",
            std::string(name_of(state)), now, reason, part.row)
          .exec();
    forget_old(db, now, limits_);
  });
}

Status Outbox::sent(const Work& work) {
  return finish(work.parts, State::sent, "");
}

Status Outbox::failed(const Work& work, const std::string& reason) {
  return finish(work.parts, State::failed, reason);
}

Status Outbox::supersede(const std::vector<Work::Part>& parts, const std::string& reason) {
  return finish(parts, State::superseded, reason);
}

Status Outbox::give_back(const Work& work, std::chrono::milliseconds wait) {
  const base::Locked file(file_);
  const auto due = clock_.unix_ms() + std::int64_t{wait.count()};
  return (*file)->run([&](Database& db) {
    for (const auto& part : work.parts)
      bound(db, "UPDATE outbox SET due_ms = ?, tries = tries - 1 WHERE seq = ?", due, part.row)
          .exec();
  });
}

Status Outbox::postpone(const Work& work, std::chrono::milliseconds wait,
                        const std::string& reason) {
  if (work.tries >= limits_.tries_max)
    return failed(work, fmt::format("not delivered in {} tries; last: {}", work.tries, reason));
  const base::Locked file(file_);
  const auto due = clock_.unix_ms() + std::int64_t{wait.count()};
  return (*file)->run([&](Database& db) {
    for (const auto& part : work.parts)
      bound(db, "UPDATE outbox SET due_ms = ?, reason = ? WHERE seq = ?", due, reason, part.row)
          .exec();
  });
}

Result<std::int64_t> Outbox::fail_all_but(const std::vector<std::string>& targets) {
  const base::Locked file(file_);
  const auto now = clock_.unix_ms();
  std::int64_t count = 0;
  MUSTER_TRY((*file)->run([&](Database& db) {
    count = 0;
    std::vector<std::string> gone;
    Statement waiting(db, "SELECT DISTINCT target FROM outbox WHERE state = 'waiting'");
    while (waiting.executeStep()) {
      auto target = waiting.getColumn(0).getString();
      if (std::find(targets.begin(), targets.end(), target) == targets.end())
        gone.push_back(std::move(target));
    }
    for (const auto& target : gone)
      count += bound(db,
                     "UPDATE outbox SET state = 'failed', finished_ms = ?, reason = 'the target is "
                     "no longer "
                     "configured' WHERE state = 'waiting' AND target = ?",
                     now, target)
                   .exec();
  }));
  return count;
}

Result<OutboxCounts> Outbox::counts() const {
  const base::Locked file(file_);
  OutboxCounts counts;
  MUSTER_TRY((*file)->run([&](Database& db) {
    counts = {};
    Statement states(db, "SELECT state, count(*) FROM outbox GROUP BY state");
    while (states.executeStep()) {
      const auto state = state_from(states.getColumn(0).getString());
      const auto count = states.getColumn(1).getInt64();
      if (state == State::superseded) continue;
      (state == State::waiting ? counts.waiting
       : state == State::sent  ? counts.sent
                               : counts.failed) = count;
    }
  }));
  return counts;
}

Result<std::vector<OutboxRow>> Outbox::recent(std::size_t most) const {
  const base::Locked file(file_);
  const auto sql = fmt::format("SELECT {} FROM outbox ORDER BY seq DESC LIMIT ?", kRowColumns);
  std::vector<OutboxRow> rows;
  MUSTER_TRY((*file)->run([&](Database& db) {
    rows = rows_of(bound(db, sql.c_str(), static_cast<std::int64_t>(most)));
  }));
  return rows;
}

Result<std::vector<OutboxRow>> Outbox::unsent(std::size_t most) const {
  const base::Locked file(file_);
  std::vector<OutboxRow> rows;
  MUSTER_TRY((*file)->run([&](Database& db) { rows = notify::unsent(db, most); }));
  return rows;
}

Result<SentAgain> Outbox::send_again(const std::string& id,
                                     const std::vector<std::string>& targets) {
  const base::Locked file(file_);
  SentAgain done;
  std::int64_t room = 0;
  MUSTER_TRY((*file)->run([&](Database& db) {
    room = limits_.waiting_max -
           number(bound(db, "SELECT count(*) FROM outbox WHERE state = 'waiting'"));
    if (room > 0) done = notify::send_again(db, id, targets, clock_.unix_ms(), room);
  }));
  if (room > 0) return done;
  return fail(Errc::limit, fmt::format("{} notifications wait already (waiting_max); try again "
                                       "when some are sent",
                                       limits_.waiting_max));
}

}  // namespace muster::notify
