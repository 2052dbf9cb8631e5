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
      first_until_(std::chrono::steady_clock::now() + sources.first_patience) {
  state_.with_lock([&](State& state) {
    state.collectors = std::make_shared<Collectors>(sources);
    state.sources = sources;
    state.facts = std::make_shared<const Value>(Value::object());
  });
  thread_ = std::thread([this] { refresh_regularly(); });
}

FactStore::~FactStore() {
  state_.with_lock([](State& state) {
    state.stopping = true;
    state.collectors->external.stop();
    state.collectors->ec2.stop();
  });
  changed_.notify_all();
  thread_.join();
}

// An agent's link is made meanwhile: nobody asks for facts before.
std::shared_ptr<const Value> FactStore::facts() const {
  Sources sources;
  {
    base::Locked state(state_);
    const bool is_there = state.wait_until(changed_, first_until_,
                                           [&] { return state->over > 0 || state->first_is_late; });
    if (is_there) return state->facts;
    sources = state->sources;
  }
  log::warning("facts take long to gather; those of programs follow",
               {{"after_ms", std::to_string(sources.first_patience.count())}});
  look_at_files(sources);
  return base::Locked(state_)->facts;
}

// Only until the first collection is over: what it finds is more.
void FactStore::look_at_files(const Sources& sources) const {
  Value facts = collect_own("/");
  facts.update(ExternalFacts(sources.external_folders, sources.external_timeout,
                             ExternalFacts::Programs::left_out)
                   .collect());
  base::replace_wrong_bytes(facts);
  const base::Locked state(state_);
  state->first_is_late = true;
  if (state->over == 0) state->facts = std::make_shared<const Value>(std::move(facts));
}

void FactStore::use_new_sources() {
  const base::Locked state(state_);
  if (!state->new_sources) return;
  state->sources = *std::move(state->new_sources);
  state->new_sources.reset();
  if (!state->stopping) state->collectors = std::make_shared<Collectors>(state->sources);
}

void FactStore::refresh() {
  const std::lock_guard collecting(collecting_);
  use_new_sources();
  const auto collectors = base::Locked(state_)->collectors;
  Value facts = collect_own("/");
  facts.update(collectors->ec2.collect());
  facts.update(collectors->external.collect());
  // Of files it was told with its line; this is what kernel and cloud say.
  base::replace_wrong_bytes(facts);
  auto snapshot = std::make_shared<const Value>(std::move(facts));
  const base::Locked state(state_);
  if (!state->stopping) state->facts = std::move(snapshot);
}

std::uint64_t FactStore::refresh_soon(std::optional<Sources> sources) {
  const base::Locked state(state_);
  if (sources) state->new_sources = std::move(sources);
  state->wanted = true;
  changed_.notify_all();
  return state->begun + 1;
}

bool FactStore::has_gathered(std::uint64_t number) const {
  return base::Locked(state_)->over >= number;
}

void FactStore::refresh_regularly() {
  base::name_thread("facts");
  for (;;) {
    std::uint64_t number = 0;
    {
      const base::Locked state(state_);
      if (state->stopping) return;
      state->wanted = false;
      number = ++state->begun;
    }
    refresh();
    {
      const base::Locked state(state_);
      state->over = number;
      changed_.notify_all();
      if (state->stopping) return;
    }
    if (gathered_) gathered_();
    base::Locked state(state_);
    state.wait_for(changed_, state->sources.interval,
                   [&] { return state->stopping || state->wanted; });
  }
}

}  // namespace muster::facts
