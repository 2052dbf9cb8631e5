#include "proto/transport/bus.hpp"

namespace muster::transport {
namespace {

std::string_view next_level(std::string_view& rest, bool& more) {
  const auto slash = rest.find('/');
  more = slash != std::string_view::npos;
  const auto level = rest.substr(0, slash);
  rest = more ? rest.substr(slash + 1) : std::string_view{};
  return level;
}

}  // namespace

bool topic_matches(std::string_view filter, std::string_view topic) {
  if (filter.empty() || topic.empty()) return false;
  // Topics that start with $ belong to the broker: a leading wildcard does not reach them (4.7.2).
  if (topic.front() == '$' && (filter.front() == '+' || filter.front() == '#')) return false;
  bool more_filter = true;
  bool more_topic = true;
  while (more_filter) {
    const auto wanted = next_level(filter, more_filter);
    if (wanted == "#") return !more_filter;
    if (!more_topic) return false;
    const auto level = next_level(topic, more_topic);
    if (wanted != "+" && wanted != level) return false;
    // "a/#" also matches "a" itself (4.7.1.2).
    if (!more_topic && more_filter && filter == "#") return true;
  }
  return !more_topic;
}

}  // namespace muster::transport
