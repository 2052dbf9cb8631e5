// What people are to be told, kept on disk until they have been: survives a restart, a kill and a
// full disk.
//
// A row is one notification for one target. It waits for the digest window, is taken, and ends as
// sent, failed or superseded. A taken row keeps its form (alone, or part of a certain digest) and thereby its
// message id, so that whoever gets it twice can tell.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/notify/notify_config.hpp"
#include "orchestrator/notify/outbox_row.hpp"
#include "orchestrator/notify/work.hpp"
#include "plugins/api/notifier.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"

namespace muster::sqlite {
class DatabaseFile;
}

namespace muster::notify {

inline constexpr std::size_t kSubjectMaxBytes = 1'000;
inline constexpr std::size_t kTextMaxBytes = 64 * 1024;

struct OutboxCounts {
  std::int64_t waiting = 0;
  std::int64_t sent = 0;    // of those still kept
  std::int64_t failed = 0;  // as well
};

// Thread-safe. Every error is Errc::io (disk full, file gone …) unless said otherwise.
class Outbox {
 public:
  // `clock` must outlive the outbox. Errors and corrupt files: see sqlite::DatabaseFile.
  static Result<std::unique_ptr<Outbox>> open(const std::filesystem::path& file,
                                              OutboxLimits limits, DigestRule digest,
                                              const base::Clock& clock);
  ~Outbox();

  // Durable when it returns. The same id for the same target, while its row is kept, changes
  // nothing. Subject and text beyond kSubjectMaxBytes and kTextMaxBytes are cut, which the text
  // then says. Errc::limit when `waiting_max` rows wait; Errc::invalid_data when id is empty.
  Status add(const std::string& target, const plugins::Notification& notification);

  // The next message for `target` that is due, and counts the try. Rows beyond age_max fail first.
  // More than digest.above new rows become one digest. Whoever takes must say what came of it; a
  // row that was taken by a process that died is due at once.
  Result<std::optional<Work>> take(const std::string& target);
  // When the next row of `target` is due, Unix time in ms.
  Result<std::optional<std::int64_t>> next_due_ms(const std::string& target);

  Status sent(const Work& work);
  // Not before `wait` again; failed for good when tries_max is used up.
  Status postpone(const Work& work, std::chrono::milliseconds wait, const std::string& reason);
  Status failed(const Work& work, const std::string& reason);
  // Those parts were not taken after all: due again after `wait`, and the try does not count.
  Status give_back(const Work& work, std::chrono::milliseconds wait);
  // A later lease told otherwise: those rows are not sent.
  Status supersede(const std::vector<Work::Part>& parts, const std::string& reason);

  // Rows that wait for a target not in `targets` fail; how many.
  Result<std::int64_t> fail_all_but(const std::vector<std::string>& targets);

  Result<OutboxCounts> counts() const;
  // The newest first, at most `most`.
  Result<std::vector<OutboxRow>> recent(std::size_t most) const;
  // As notify::unsent() and notify::send_again(). Errc::limit, and nothing is changed, when waiting_max rows wait.
  Result<std::vector<OutboxRow>> unsent(std::size_t most) const;
  Result<SentAgain> send_again(const std::string& id, const std::vector<std::string>& targets);

 private:
  Outbox(std::unique_ptr<sqlite::DatabaseFile> file, OutboxLimits limits, DigestRule digest,
         const base::Clock& clock);
  Status finish(const std::vector<Work::Part>& parts, State state, const std::string& reason);

  const base::Guarded<std::unique_ptr<sqlite::DatabaseFile>> file_;
  const OutboxLimits limits_;
  const DigestRule digest_;
  const base::Clock& clock_;
};

}  // namespace muster::notify
