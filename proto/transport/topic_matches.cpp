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

bool filters_overlap(std::string_view one, std::string_view other) {
  if (one.empty() || other.empty()) return false;
  const auto wild = [](std::string_view filter) {
    return filter.front() == '+' || filter.front() == '#';
  };
  if ((one.front() == '$' && wild(other)) || (other.front() == '$' && wild(one))) return false;
  bool more_one = true;
  bool more_other = true;
  while (more_one && more_other) {
    const auto left = next_level(one, more_one);
    const auto right = next_level(other, more_other);
    if (left == "#" || right == "#") return true;
    if (left != "+" && right != "+" && left != right) return false;
  }
  // "a/#" also matches "a" itself (4.7.1.2).
  if (more_one) return one == "#";
  if (more_other) return other == "#";
  return true;
}

Status check_overlap(std::string_view known, std::string_view wanted) {
  if (known == wanted || !filters_overlap(known, wanted)) return {};
  return fail(
      Errc::config,
      "cannot subscribe to '" + std::string(wanted) + "' beside '" + std::string(known) +
          "': they overlap, and what matches both would come twice; use one filter for both");
}

}  // namespace muster::transport
