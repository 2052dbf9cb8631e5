#include "plugins/facts/fact_store.hpp"

#include <nlohmann/json.hpp>

#include "plugins/facts/collect.hpp"
#include "plugins/facts/ec2.hpp"
#include "plugins/facts/external.hpp"
#include "proto/base/log.hpp"
#include "proto/base/thread_name.hpp"
#include "proto/base/utf8_value.hpp"

namespace muster::facts {

// What remembers the last good answer of each source.
struct FactStore::Collectors {
  explicit Collectors(const Sources& sources)
      : external(sources.external_folders, sources.external_timeout),
        ec2(sources.ec2_metadata_url) {}

  ExternalFacts external;
  Ec2Facts ec2;
};

FactStore::FactStore(Sources sources, std::function<void()> gathered)
    : gathered_(std::move(gathered)),
      collectors_(std::make_shared<Collectors>(sources)),
      sources_(std::move(sources)),
      facts_(std::make_shared<const Value>(Value::object())) {
  thread_ = std::thread([this] { refresh_regularly(); });
  std::unique_lock lock(mutex_);
  const auto patience = sources_.first_patience;
  if (changed_.wait_for(lock, patience, [this] { return over_ > 0; })) return;
  lock.unlock();
  log::warning("facts take long to gather; those of programs follow",
               {{"after_ms", std::to_string(patience.count())}});
  look_at_files();
}

FactStore::~FactStore() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    collectors_->external.stop();
    collectors_->ec2.stop();
  }
  changed_.notify_all();
  thread_.join();
}

std::shared_ptr<const Value> FactStore::facts() const {
  const std::lock_guard lock(mutex_);
  return facts_;
}

// Only until the first collection is over: what it finds is more.
void FactStore::look_at_files() {
  Value facts = collect_own("/");
  facts.update(ExternalFacts(sources_.external_folders, sources_.external_timeout,
                             ExternalFacts::Programs::left_out)
                   .collect());
  base::replace_wrong_bytes(facts);
  const std::lock_guard lock(mutex_);
  if (over_ == 0) facts_ = std::make_shared<const Value>(std::move(facts));
}

void FactStore::use_new_sources() {
  const std::lock_guard lock(mutex_);
  if (!new_sources_) return;
  sources_ = *std::move(new_sources_);
  new_sources_.reset();
  if (!stopping_) collectors_ = std::make_shared<Collectors>(sources_);
}

void FactStore::refresh() {
  const std::lock_guard collecting(collecting_);
  use_new_sources();
  std::shared_ptr<Collectors> collectors;
  {
    const std::lock_guard lock(mutex_);
    collectors = collectors_;
  }
  Value facts = collect_own("/");
  facts.update(collectors->ec2.collect());
  facts.update(collectors->external.collect());
  // Of files it was told with its line; this is what kernel and cloud say.
  base::replace_wrong_bytes(facts);
  auto snapshot = std::make_shared<const Value>(std::move(facts));
  const std::lock_guard lock(mutex_);
  if (!stopping_) facts_ = std::move(snapshot);
}

std::uint64_t FactStore::refresh_soon(std::optional<Sources> sources) {
  const std::lock_guard lock(mutex_);
  if (sources) new_sources_ = std::move(sources);
  wanted_ = true;
  changed_.notify_all();
  return begun_ + 1;
}

bool FactStore::has_gathered(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  return over_ >= number;
}

void FactStore::refresh_regularly() {
  base::name_thread("facts");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wanted_ = false;
    const auto number = ++begun_;
    lock.unlock();
    refresh();
    lock.lock();
    over_ = number;
    changed_.notify_all();
    if (stopping_) return;
    lock.unlock();
    if (gathered_) gathered_();
    lock.lock();
    changed_.wait_for(lock, sources_.interval, [this] { return stopping_ || wanted_; });
  }
}

}  // namespace muster::facts
