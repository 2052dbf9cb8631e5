// What is so, told to everybody: topics that each hold one message until it is replaced, removed or too old. Over MQTT these are
// retained messages, and here is what is needed so that they can be relied on: brokers lose them, send fewer than they have, or
// send them late. docs/PROTOCOL.md, "The directory".
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/transport/bus.hpp"

namespace muster::transport {

// How a watch knows that it has heard everything.
struct Snapshot {
  std::size_t entries = 0;  // topics that hold something
  // Empty: everything that the broker keeps has come. Else what speaks against it, in words for people: what is missing must
  // not be taken for removed.
  std::string doubt;

  bool sure() const { return doubt.empty(); }
};

// What a watch tells, all on the loop's thread. Each may be empty. None may begin or end a watch: it posts that.
struct Watcher {
  // A topic holds this from now on; nothing, with an empty payload. What is held already may be told again.
  std::function<void(Message)> on_entry;
  // The link was lost: of what changes until on_complete, the removals are not heard.
  std::function<void()> on_lost;
  // Once for each link, after the last entry that was there when it was made.
  std::function<void(const Snapshot&)> on_complete;
  // How many entries there must be, where they say so themselves. It is asked when all seem to have come.
  std::function<std::optional<std::size_t>()> expected;
  // Whether the broker lets us listen; Errc::refused when it does not, and then nothing else is told.
  std::function<void(const Status&)> on_subscribed;
};

inline constexpr std::size_t kClaimsMax = 200'000;  // of one directory

// How new a message is, of those of one topic: the first number that differs decides. A single number is one too.
struct Rank {
  Rank(std::uint64_t first, std::uint64_t second = 0, std::uint64_t third = 0)
      : numbers{first, second, third} {}
  auto operator<=>(const Rank&) const = default;

  std::array<std::uint64_t, 3> numbers;
};

// The rank of a message that stands on a topic of ours; nothing when it is not to be believed: of ours, it is not shown again
// then, and the topic is ours no longer. What was meant to be replaced has a lower one than what replaces it.
using Order = std::function<std::optional<Rank>(const Message&)>;

// An entry that is ours to keep there.
struct Claim {
  std::string topic;
  std::string payload;  // not empty
  // The filter that we hear the topic by; empty: the topic itself. One that others of the same bus subscribe to as well must
  // be equal to theirs (Bus::subscribe).
  std::string heard_by = {};
  // The broker drops it so long after it was shown last: it is shown anew in a third of this time. 0: it stays.
  std::chrono::seconds expiry{0};
  // Empty: whatever stands there is older than ours.
  Order order = {};
  // It is refused when so many others with this heard_by are ours: what strangers write must leave room for the rest.
  std::size_t at_most = kClaimsMax;
  // Somebody else's with a higher rank stands there: it is what we keep from now on. Who does not want that leaves the topic,
  // here at the earliest.
  std::function<void(const Message&)> on_newer = {};
  // What `order` would say of `payload`, from who has just made or read it: `order` may verify a signature. Empty: it is asked.
  std::optional<Rank> rank = std::nullopt;
};

// One who clears or replaces what is ours is answered so often, each topic, and then every kShownLater.
inline constexpr std::size_t kPutBackBurst = 10;
inline constexpr std::chrono::milliseconds kPutBackEvery{500};
inline constexpr std::chrono::seconds kShownLater{30};

// All on the loop's thread. Must outlive what it gives.
class Directory {
 public:
  using Id = std::uint64_t;  // 0 is nobody's

  virtual ~Directory() = default;

  // `claim` is mine: shown now, again after each new link, before it expires, and when it is heard cleared or replaced by what
  // is older. While there is no link, with the next. In place of an earlier claim of the topic, unless that has the higher rank:
  // then it stays what is kept there, and on_newer tells. Errc::limit at kClaimsMax, and at Claim::at_most.
  virtual Status put(Claim claim) = 0;
  // As put(), of what was heard there, whoever wrote it: it stands, and is not shown now. Of a topic that is ours already, nothing
  // happens unless it is newer.
  virtual Status adopt(Claim claim) = 0;
  // As adopt(), of what should stand there and does not: it is shown now, or once the bus has room, unless what is ours already
  // is as new.
  virtual Status put_missing(Claim claim) = 0;
  virtual bool is_ours(std::string_view topic) const = 0;
  // A topic of ours whose message may be believed no more, as after a revocation: then it is ours no longer.
  virtual void look_at(std::string_view topic) = 0;
  // Another message of a topic of ours; shown now. Nothing happens when the topic is not ours.
  virtual void change(std::string_view topic, std::string payload) = 0;
  // The topic is ours no longer. What it holds stays there.
  virtual void leave(std::string_view topic) = 0;
  // The topic holds nothing from now on, and is ours no longer. Errc::unavailable without a link: then it is to be said again.
  virtual Status remove(std::string_view topic) = 0;

  // Tells of all topics that match, those that hold something now first, until unwatch().
  virtual Id watch(std::string topic_filter, Watcher watcher) = 0;
  virtual void unwatch(Id id) = 0;
};

}  // namespace muster::transport
