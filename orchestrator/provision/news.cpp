#include "orchestrator/provision/news.hpp"

#include <fmt/format.h>

#include <utility>

#include "orchestrator/client/record_age.hpp"

namespace muster::provision {
namespace {

// A step tells it while its run is on the way.
bool is_success(const client::Record& told) {
  return told.state == "running" || told.state == "finished" || told.state == client::kGone;
}

// Where `known` says whether that news was told; at null: it tells of something else.
struct Bit {
  bool* at = nullptr;
  bool when_told = true;
};
Bit bit_of(client::Record& known, const client::Record& told) {
  const auto news = news_of(told);
  if (news == News::claim && !known.claim) return {};
  if (key_of(told_as(news, known)) != key_of(told)) return {};
  switch (news) {
    case News::claim:
      return {&known.claim->told};
    case News::late:
      return {&known.told_late};
    case News::outcome:
      break;
  }
  if (is_success(known)) return {&known.untold, false};
  return known.state == "failed" || stays_half_way(known) ? Bit{&known.told} : Bit{};
}

}  // namespace

bool stays_half_way(const client::Record& record) {
  return record.state == client::kLeaving && record.retry_at_ms == 0 && !record.reason.empty();
}

client::Record told_as(News news, client::Record record) {
  if (news != News::claim) record.claim.reset();
  record.told_late = news == News::late;
  return record;
}

std::string key_of(const client::Record& told) {
  switch (news_of(told)) {
    case News::claim:
      return fmt::format("{} asked for by {}", told.identity, told.claim->key_fingerprint);
    case News::late:
      return fmt::format("{} {} late since {}", told.identity, told.run_id,
                         client::no_step_since_ms(told));
    case News::outcome:
      break;
  }
  // Whatever became of the attempt in which it was said.
  if (is_success(told)) return fmt::format("{} {} succeeded", told.identity, told.run_id);
  return fmt::format("{} {} {} {}.{}", told.identity, told.run_id, told.state, told.retries,
                     told.attempts);
}

bool mark_told(client::Record& known, const client::Record& told) {
  const auto bit = bit_of(known, told);
  return bit.at != nullptr && std::exchange(*bit.at, bit.when_told) != bit.when_told;
}

bool is_told(client::Record known, const client::Record& told) {
  const auto bit = bit_of(known, told);
  return bit.at != nullptr && *bit.at == bit.when_told;
}

}  // namespace muster::provision
