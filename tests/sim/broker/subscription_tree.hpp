// Who is subscribed to what: found by a topic's levels, not by asking every subscription.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace muster::sim {

using SessionId = std::uint64_t;

class SubscriptionTree {
 public:
  void add(std::string_view filter, SessionId session);
  void remove(std::string_view filter, SessionId session);
  // Whoever has a filter that matches (MQTT 5, 4.7), each once, in ascending order: the same seed must give the same trace.
  std::vector<SessionId> matching(std::string_view topic) const;

 private:
  struct Level {
    std::map<std::string, Level, std::less<>> below;
    std::set<SessionId> here;  // filters that end with this level
  };
  static void collect(const Level& level, const std::vector<std::string_view>& topic,
                      std::size_t depth, std::set<SessionId>& found);

  Level root_;
};

}  // namespace muster::sim
