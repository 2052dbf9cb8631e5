#include "proto/transport/directory/completeness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace muster::transport {

void Completeness::asked(TimePoint now) {
  drops_ = drops_ || lost_a_mark() || (round_ > 1 && fresh_ > 0);
  ++round_;
  fresh_ = 0;
  before_ = sent_;
  back_ = sent_;
  came_ = 0;
  moved_ = now;
}

bool Completeness::entry(const Message& message, TimePoint now) {
  const std::hash<std::string_view> hash;
  if (message.retained) moved_ = now;  // what is just being sent keeps nobody waiting
  if (message.payload.empty()) {
    heard_.erase(hash(message.topic));
    return true;
  }
  // Brokers send what they keep before they answer that we may listen: that is of the first asking.
  const Heard heard{hash(message.payload), std::max(round_, 1)};
  const auto [known, is_new] = heard_.try_emplace(hash(message.topic), heard);
  if (is_new && message.retained) ++fresh_;
  const bool same = !is_new && known->second.payload == heard.payload;
  known->second = heard;
  return !(same && message.retained);
}

void Completeness::mark_sent(TimePoint now) {
  ++sent_;
  moved_ = now;
}

void Completeness::mark_heard(int number, TimePoint now) {
  if (number <= before_ || number > sent_) return;
  back_ = std::max(back_, number);
  ++came_;
  moved_ = now;
}

// The last one, and those before it: what a broker drops of them, it dropped of the entries.
bool Completeness::marks_are_back(TimePoint now, Verdict& verdict) const {
  const bool last_is_back = back_ == sent_ && sent_ > before_;
  const bool all = last_is_back && came_ == sent_ - before_;
  const auto patience = all ? signs_.quiet : signs_.late;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(moved_ + patience - now);
  if (left.count() > 0) {
    verdict.wait = left;
    return false;
  }
  if (last_is_back) return true;
  if (sent_ - before_ < kMarksMax) {
    verdict.what = What::send_mark;
  } else {
    verdict.what = What::complete;
    verdict.doubt =
        "the broker gives no message to ourselves back, so nobody knows when all has come; does "
        "its "
        "access list let us publish there?";
  }
  return false;
}

Completeness::Verdict Completeness::judge(TimePoint now,
                                          std::optional<std::size_t> expected) const {
  Verdict verdict;
  if (!marks_are_back(now, verdict)) return verdict;
  return judge_round(expected);
}

Completeness::Verdict Completeness::judge_round(std::optional<std::size_t> expected) const {
  if (lost_a_mark()) return again_or("the broker dropped a message that follows what it keeps");
  if (expected && entries() >= *expected) return {What::complete};
  if (expected)
    return again_or(fmt::format("the broker sent {} of {} entries", entries(), *expected));
  // What is missed twice in a row has expired.
  const bool missed = std::any_of(heard_.begin(), heard_.end(), [this](const auto& one) {
    return one.second.round == round_ - 1;
  });
  if (round_ > 1 && (missed || fresh_ > 0))
    return again_or("the broker sent others when it was asked again");
  if (round_ == 1 && entries() >= kAskedTwiceFrom && entries() <= kAskedTwiceTo)
    return {What::ask_again};
  if (drops_) return {What::complete, {}, "the broker dropped some before it was asked again"};
  return {What::complete};
}

Completeness::Verdict Completeness::again_or(std::string doubt) const {
  return {round_ < kRoundsMax ? What::ask_again : What::complete, {}, std::move(doubt)};
}

}  // namespace muster::transport
