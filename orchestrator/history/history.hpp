// What an orchestrator remembers of all runs that it hears of, also of others', and tells operators.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/worker.hpp"
#include "orchestrator/control/duties.hpp"
#include "orchestrator/history/history_store.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/base/guarded.hpp"

namespace muster::history {

// Ends that wait to be written; what is beyond is heard again when the orchestrator starts anew.
inline constexpr base::FairLimits kEndsWaiting{.items = 100'000,
                                               .per_sender = 16,
                                               .bytes = std::size_t{512} << 20U,
                                               .bytes_per_sender = std::size_t{1} << 20U};

// Thread-safe; the duty's calls on one thread. Writes on a thread of its own.
class History final : public control::History {
 public:
  static Result<std::unique_ptr<History>> open(const std::filesystem::path& file,
                                               HistoryLimits limits, const base::Clock& clock);
  ~History() override;

  // Any record; what is no end of a run is nothing to it. One with nothing but its identity: the node was forgotten, or who wrote its
  // record is believed no more.
  void hear(const client::Record& record);
  // As HistoryStore::latest() and nodes(), of what is written by now; what cannot be read is logged, and nothing.
  std::optional<client::Record> latest(const std::string& node);
  std::vector<std::string> nodes();
  // Until all that was heard is written; false after `patience`.
  bool drain(std::chrono::milliseconds patience) { return writer_->drain(patience); }

  Result<Value> stats(std::int64_t since_ms) override;
  Result<Value> of_node(const std::string& node, std::size_t most) override;

 private:
  explicit History(std::unique_ptr<HistoryStore> store);
  void write(const client::Record& record);

  base::Guarded<std::unique_ptr<HistoryStore>> store_;
  std::unique_ptr<client::Worker<client::Record>> writer_;  // goes first
};

}  // namespace muster::history
