#include "proto/transport/directory/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "proto/base/log.hpp"

namespace muster::transport {
namespace {

constexpr base::Throttle::Rate kPutBacks{
    .burst = kPutBackBurst, .every = kPutBackEvery, .names_max = 20'000};
// Lines of the log about one topic.
constexpr base::Throttle::Rate kPutBackLines{
    .burst = 2, .every = std::chrono::milliseconds(60'000), .names_max = 1'024};

std::size_t hash_of(std::string_view payload) {
  return std::hash<std::string_view>{}(payload);
}

// Whether `heard` is to stand instead of ours. Of equal ranks neither fights the other.
enum class Judged { older, equal, newer };
Judged judge(const Claim& ours, const Message& heard) {
  if (heard.payload.empty() || !ours.order) return Judged::older;
  const auto its = ours.order(heard);
  if (!its) return Judged::older;
  const auto rank = ours.order({ours.topic, ours.payload, false});
  if (!rank || *its > *rank) return Judged::newer;
  return *its == *rank ? Judged::equal : Judged::older;
}

// By what whoever put them said of both: no signature is verified to see that what is replaced was older.
bool is_known_not_newer(const Claim& old, const Claim& next) {
  return old.rank && next.rank && *old.rank <= *next.rank;
}

// Not any more, once its signer was revoked, say: then it would only hide one that is.
bool is_believed(const Claim& claim) {
  return !claim.order || claim.order({claim.topic, claim.payload, false});
}

}  // namespace

Claims::Claims(loop::Timers& timers, Publish publish, GivenUp given_up)
    : timers_(timers),
      publish_(std::move(publish)),
      given_up_(std::move(given_up)),
      put_back_(timers.clock(), kPutBacks),
      told_(timers.clock(), kPutBackLines),
      next_(timers),
      giving_up_(timers) {}

Status Claims::check(const Claim& claim) const {
  if (claim.topic.empty() || claim.payload.empty())
    return fail(Errc::invalid_data, "an entry needs a topic and a message");
  if (mine_.size() >= kClaimsMax && !mine_.contains(claim.topic))
    return fail(Errc::limit, fmt::format("{} entries are ours already, which is the limit; {} is "
                                         "not kept there",
                                         kClaimsMax, claim.topic));
  return {};
}

Status Claims::put(Claim claim) {
  MUSTER_TRY(check(claim));
  auto& mine = mine_[claim.topic];
  auto old = std::exchange(mine, std::make_unique<Mine>(std::move(claim), timers_));
  std::optional<Message> newer;
  if (old) {
    mine->on_the_way = std::move(old->on_the_way);
    mine->waits = old->waits;
    Message followed{old->claim.topic, old->claim.payload, false};
    if (!is_known_not_newer(old->claim, mine->claim) &&
        judge(mine->claim, followed) == Judged::newer)
      newer = std::move(followed);
  }
  if (newer) {
    mine->claim.payload = newer->payload;
    mine->claim.rank = old->claim.rank;
  }
  Status shown;
  if (linked_) shown = show(*mine);
  // Last, for who hears it may leave the topic.
  if (newer && shown)
    if (const auto tell = mine->claim.on_newer) tell(*newer);
  return shown;
}

Status Claims::adopt(Claim claim) {
  MUSTER_TRY(check(claim));
  const Message heard{claim.topic, claim.payload, false};
  const auto known = mine_.find(claim.topic);
  if (known != mine_.end()) {
    if (known->second->claim.payload == claim.payload) return {};
    if (judge(known->second->claim, heard) == Judged::newer) keep_newer(*known->second, heard);
    return {};
  }
  auto& mine = mine_[claim.topic];
  mine = std::make_unique<Mine>(std::move(claim), timers_);
  mine->is_hearsay = true;
  if (!linked_) return {};
  if (std::erase(cleared_, heard.topic) > 0)
    put_back(*mine, true);
  else
    renew_in_time(*mine);
  return {};
}

Status Claims::put_missing(Claim claim) {
  const auto known = mine_.find(claim.topic);
  const Message heard{claim.topic, claim.payload, false};
  if (known != mine_.end() && judge(known->second->claim, heard) != Judged::newer) return {};
  MUSTER_TRY(check(claim));
  static_cast<void>(put(std::move(claim)));
  return {};
}

void Claims::look_at(std::string_view topic) {
  const auto known = mine_.find(topic);
  if (known != mine_.end()) static_cast<void>(still_stands(*known->second));
}

// Given up in a turn of its own: who asks goes on with it.
bool Claims::still_stands(const Mine& mine) {
  if (is_believed(mine.claim)) return true;
  unbelieved_.push_back(mine.claim.topic);
  if (!giving_up_.is_set()) giving_up_.set(std::chrono::milliseconds(0), [this] { give_up(); });
  return false;
}

void Claims::give_up() {
  for (const auto& topic : std::exchange(unbelieved_, {})) {
    const auto known = mine_.find(topic);
    if (known == mine_.end() || is_believed(known->second->claim)) continue;
    const auto heard_by = leave(topic);
    if (given_up_) given_up_(heard_by);
  }
}

void Claims::change(std::string_view topic, std::string payload) {
  const auto known = mine_.find(topic);
  if (known == mine_.end() || payload.empty()) return;
  known->second->claim.payload = std::move(payload);
  known->second->claim.rank.reset();
  if (linked_) static_cast<void>(show(*known->second));
}

std::string Claims::leave(std::string_view topic) {
  const auto known = mine_.find(topic);
  if (known == mine_.end()) return {};
  auto heard_by = std::move(known->second->claim.heard_by);
  mine_.erase(known);
  return heard_by;
}

const Claim* Claims::find(std::string_view topic) const {
  const auto known = mine_.find(topic);
  return known == mine_.end() ? nullptr : &known->second->claim;
}

Status Claims::show(Mine& mine) {
  auto sent = publish_(mine.claim);
  if (!sent) {
    if (sent.error().code == Errc::unavailable) return {};  // the next link shows it
    show_later(mine);
    return sent;
  }
  mine.on_the_way.push_back(hash_of(mine.claim.payload));
  if (mine.on_the_way.size() > kEchoesKept) mine.on_the_way.pop_front();
  mine.unheard.set(kEchoWithin, [this, &mine] { show_unheard(mine); });
  renew_in_time(mine);
  return {};
}

// What others wrote meanwhile may not have come either: nobody knows what stands there. Once only, for our echoes may
// never come where we may not read.
void Claims::show_unheard(Mine& mine) {
  mine.on_the_way.clear();
  if (linked_ && still_stands(mine)) static_cast<void>(publish_(mine.claim));
}

void Claims::renew_in_time(Mine& mine) {
  if (mine.claim.expiry.count() > 0)
    mine.renewal.set(mine.claim.expiry / 3, [this, &mine] {
      if (still_stands(mine)) static_cast<void>(show(mine));
    });
}

void Claims::show_later(Mine& mine) {
  if (!std::exchange(mine.waits, true)) waiting_.push_back(mine.claim.topic);
  if (!next_.is_set()) next_.set(kShowAgain, [this] { show_waiting(); });
}

void Claims::show_waiting() {
  for (std::size_t count = 0; count < kShownAtOnce && !waiting_.empty() && linked_; ++count) {
    const auto topic = std::move(waiting_.front());
    waiting_.pop_front();
    const auto known = mine_.find(topic);
    if (known == mine_.end()) continue;
    known->second->waits = false;
    if (!still_stands(*known->second)) continue;
    if (const auto sent = show(*known->second); !sent) return;  // in kShowAgain, with the others
  }
  if (!waiting_.empty() && linked_) next_.set(kShowEvery, [this] { show_waiting(); });
}

void Claims::linked() {
  linked_ = true;
  cleared_.clear();
  waiting_.clear();
  for (auto& [topic, mine] : mine_) {
    mine->on_the_way.clear();
    mine->waits = true;
    waiting_.push_back(topic);
  }
  next_.stop();
  show_waiting();
}

void Claims::lost() {
  linked_ = false;
  next_.stop();
  for (auto& [topic, mine] : mine_) {
    mine->renewal.stop();
    mine->later.stop();
    mine->unheard.stop();
  }
}

// A new subscription tells nothing of an entry that was cleared before.
void Claims::subscribed(std::string_view filter) {
  const auto expect_soon = [this](Mine& mine) {
    if (!mine.on_the_way.empty() || mine.is_hearsay)
      mine.unheard.set(kFirstEchoWithin, [this, &mine] { show_unheard(mine); });
  };
  // Who is heard by its own topic is the only one: no walk over all for each of them.
  if (const auto own = mine_.find(filter); own != mine_.end()) return expect_soon(*own->second);
  for (auto& [topic, mine] : mine_)
    if (mine->claim.heard_by == filter) expect_soon(*mine);
}

// A new subscription brings the last of what was published before it, and nothing of the others.
bool Claims::came_back(Mine& mine, const Message& message) {
  auto& way = mine.on_the_way;
  const auto hash = hash_of(message.payload);
  auto echo = std::find(way.begin(), way.end(), hash);
  if (echo == way.end()) return false;
  if (message.retained) echo = std::find(way.rbegin(), way.rend(), hash).base() - 1;
  way.erase(way.begin(), echo + 1);
  if (way.empty()) mine.unheard.stop();
  return true;
}

void Claims::heard(const Message& message) {
  const auto known = mine_.find(message.topic);
  if (known == mine_.end()) return heard_of_others(message);
  auto& mine = *known->second;
  if (std::exchange(mine.is_hearsay, false) && mine.on_the_way.empty()) mine.unheard.stop();
  if (came_back(mine, message)) return;
  if (message.payload == mine.claim.payload) return;
  switch (judge(mine.claim, message)) {
    case Judged::equal:
      return;
    case Judged::newer:
      return keep_newer(mine, message);
    case Judged::older:
      // What is on its way comes after it: the broker has the last word, in its order.
      if (mine.on_the_way.empty()) put_back(mine, message.payload.empty());
  }
}

void Claims::heard_of_others(const Message& message) {
  if (!cleared_.empty()) std::erase(cleared_, message.topic);
  if (!message.payload.empty()) return;
  cleared_.push_back(message.topic);
  if (cleared_.size() > kClearedKept) cleared_.pop_front();
}

void Claims::keep_newer(Mine& mine, const Message& newer) {
  mine.claim.payload = newer.payload;
  mine.claim.rank.reset();
  // An older one of ours comes behind it and would stay: after a new link, ours was shown before this was heard.
  if (!mine.on_the_way.empty()) static_cast<void>(show(mine));
  // Last, for who hears it may leave the topic.
  if (const auto tell = mine.claim.on_newer) tell(newer);
}

void Claims::put_back(Mine& mine, bool cleared) {
  const auto& topic = mine.claim.topic;
  if (!still_stands(mine)) return;
  const char* what = cleared ? "an entry of ours was cleared from the bus"
                             : "an entry of ours was replaced by an older one, or by a false one";
  if (put_back_.pass(topic)) {
    if (told_.pass(topic)) log::warning(what, {{"topic", topic}, {"then", "put back"}});
    static_cast<void>(show(mine));
    return;
  }
  if (told_.pass(topic))
    log::warning("somebody fights for an entry of ours; who may write there?",
                 {{"topic", topic}, {"put_back_every_s", std::to_string(kShownLater.count())}});
  if (!mine.later.is_set())
    mine.later.set(kShownLater, [this, &mine] {
      if (still_stands(mine)) static_cast<void>(show(mine));
    });
}

}  // namespace muster::transport
