#include "orchestrator/provision/untold.hpp"

#include "proto/base/log.hpp"

namespace muster::provision {
namespace {

const char* words_of(News news) {
  switch (news) {
    case News::outcome:
      return "people were not told what became of a node; they are told now";
    case News::claim:
      return "a machine waits for approval and nobody was told; people are told now";
    case News::late:
      break;
  }
  return "a node has made no progress for too long; people are told";
}

}  // namespace

bool Untold::is_due(const Key& key) const {
  const auto record = parts_.collective.record(key.first);
  return record && parts_.is_due(key.second, *record);
}

void Untold::look_at(const std::string& identity) {
  const auto record = parts_.collective.record(identity);
  if (!record) return;
  for (const auto news : {News::outcome, News::claim, News::late})
    if (parts_.is_due(news, *record))
      due_.try_emplace({identity, news}, Due{parts_.clock.steady(), std::nullopt});
}

void Untold::tell() {
  std::erase_if(due_, [this](const auto& one) { return !is_due(one.first); });
  for (const auto& [key, due] : due_) {
    if (due.tried && parts_.clock.steady() - *due.tried < kToldAnewAfter) continue;
    const auto record = parts_.collective.record(key.first);
    // Who noted that a machine asks for a name is not known.
    const bool ours = record && record->orchestrator == parts_.as && key.second != News::claim;
    if (ours)
      tell_of(key);
    else if (parts_.clock.steady() - due.since >= kToldByOthersAfter)
      parts_.turn.wait(key.first, words_of(key.second), [this, key = key] { tell_of(key); });
  }
}

void Untold::tell_of(const Key& key) {
  if (!is_due(key)) return;
  due_[key].tried = parts_.clock.steady();
  auto record = *parts_.collective.record(key.first);
  log::warning(words_of(key.second), {{"node", key.first}, {"orchestrator", record.orchestrator}});
  parts_.tell_people(told_as(key.second, std::move(record)));
}

}  // namespace muster::provision
