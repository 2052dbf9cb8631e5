#include "plugins/facts/fact_store.hpp"

#include <nlohmann/json.hpp>

#include "plugins/facts/collect.hpp"
#include "plugins/facts/ec2.hpp"
#include "plugins/facts/external.hpp"
#include "proto/base/thread_name.hpp"

namespace muster::facts {

// What remembers the last good answer of each source.
struct FactStore::Collectors {
  explicit Collectors(const Sources& sources)
      : external(sources.external_folders, sources.external_timeout),
        ec2(sources.ec2_metadata_url) {}

  ExternalFacts external;
  Ec2Facts ec2;
};

FactStore::FactStore(Sources sources)
    : sources_(std::move(sources)), collectors_(std::make_unique<Collectors>(sources_)) {
  refresh();
  thread_ = std::thread([this] { refresh_regularly(); });
}

FactStore::~FactStore() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  collectors_->external.stop();
  thread_.join();
}

std::shared_ptr<const Value> FactStore::facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

void FactStore::refresh() {
  const std::lock_guard collecting(collecting_);
  Value facts = collect_own("/");
  facts.update(collectors_->ec2.collect());
  facts.update(collectors_->external.collect());
  auto snapshot = std::make_shared<const Value>(std::move(facts));
  const std::lock_guard lock(mutex_);
  facts_ = std::move(snapshot);
}

void FactStore::refresh_regularly() {
  base::name_thread("facts");
  std::unique_lock lock(mutex_);
  while (!stopped_.wait_for(lock, sources_.interval, [this] { return stopping_; })) {
    lock.unlock();
    refresh();
    lock.lock();
  }
}

}  // namespace muster::facts
