#include "orchestrator/provision/telling.hpp"

#include <utility>

#include "orchestrator/provision/news.hpp"
#include "proto/base/backoff.hpp"
#include "proto/base/log.hpp"

namespace muster::provision {

void Telling::tell(client::Record record) {
  const auto key = key_of(record);
  const auto [at, is_new] = under_way_.try_emplace(key);
  if (!is_new) return;
  at->second = until_told(record);
  at->second.start([this, key, record = std::move(record)] { ended(key, record); });
}

// A disk is not full for ever, and who fails must not fail unseen.
loop::Task<Status> Telling::until_told(client::Record record) {
  const auto until = clock_.steady() + kToldWithin;
  base::Backoff backoff(kToldAgainFirst, kToldAgainMost);
  for (;;) {
    auto telling = world_.notify(record);
    const auto told = co_await telling;
    if (told || clock_.steady() >= until) co_return told;
    log::warning("cannot write a notification yet; tried again",
                 {{"node", record.identity}, {"why", told.error().message}});
    auto pause = world_.sleep(backoff.next(world_.random().share()));
    const bool goes_on = co_await pause;
    if (!goes_on) co_return told;
    if (is_told_by_another(record)) co_return Status{};
  }
}

// While our outbox was full.
bool Telling::is_told_by_another(const client::Record& record) const {
  const auto known = collective_.record(record.identity);
  return known && is_told(*known, record);
}

void Telling::ended(const std::string& key, const client::Record& record) {
  const auto told = under_way_.at(key).take();
  if (told)
    note(record);
  else
    log::error("cannot write the notification",
               {{"node", record.identity}, {"why", told.error().message}});
  under_way_.erase(key);
  if (on_end_) on_end_();
}

// Not what became of the node meanwhile.
void Telling::note(const client::Record& told) {
  auto known = collective_.record(told.identity);
  if (known && mark_told(*known, told)) collective_.publish(*known);
}

}  // namespace muster::provision
