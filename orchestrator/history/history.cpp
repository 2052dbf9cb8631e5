#include "orchestrator/history/history.hpp"

#include <nlohmann/json.hpp>

#include "proto/base/log.hpp"

namespace muster::history {

History::History(std::unique_ptr<HistoryStore> store)
    : store_(std::move(store)),
      writer_(std::make_unique<client::Worker<client::Record>>(
          "history", kEndsWaiting, [this](const client::Record& record) { write(record); })) {}

History::~History() {
  writer_->stop();
}

Result<std::unique_ptr<History>> History::open(const std::filesystem::path& file,
                                               HistoryLimits limits, const base::Clock& clock) {
  MUSTER_ASSIGN(auto store, HistoryStore::open(file, limits, clock));
  return std::unique_ptr<History>(new History(std::move(store)));
}

void History::hear(const client::Record& record) {
  if (!HistoryStore::is_end(record) && !record.state.empty()) return;
  auto kept = record;
  kept.last_output.clear();
  const auto bytes = sizeof(kept) + kept.reason.size() + kept.steps.size() * sizeof(client::Step);
  writer_->post(record.identity, std::move(kept), bytes);
}

void History::write(const client::Record& record) {
  const base::Locked store(store_);
  const bool is_gone = record.state.empty();
  const auto written = is_gone ? (*store)->forget(record.identity) : (*store)->put(record);
  if (!written)
    log::warning("how a run ended cannot be remembered",
                 {{"node", record.identity}, {"why", written.error().message}});
}

std::optional<client::Record> History::latest(const std::string& node) {
  const base::Locked store(store_);
  auto found = (*store)->latest(node);
  if (found) return *std::move(found);
  log::warning("how a run ended cannot be looked up",
               {{"node", node}, {"why", found.error().message}});
  return std::nullopt;
}

std::vector<std::string> History::nodes() {
  const base::Locked store(store_);
  auto found = (*store)->nodes();
  if (found) return *std::move(found);
  log::warning("how runs ended cannot be looked up", {{"why", found.error().message}});
  return {};
}

Result<Value> History::stats(std::int64_t since_ms) {
  const base::Locked store(store_);
  return (*store)->stats(since_ms);
}

Result<Value> History::of_node(const std::string& node, std::size_t most) {
  const base::Locked store(store_);
  return (*store)->runs_of(node, most);
}

}  // namespace muster::history
