#include "orchestrator/registry/page.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t kEntryOverheadBytes = 24;  // of an entry's times, tags and lengths

}  // namespace

bool Page::add(const Stored& stored, bool undecided) {
  const bool whole = with_content_ && !undecided;
  const auto more = kEntryOverheadBytes + stored.identity.size() + (whole ? stored.body.size() : 0);
  const auto count = reply_.entries.size();
  if (count > 0 && (count == kPageEntriesMax || bytes_ + more > kPageMaxBytes)) {
    reply_.more = true;
    return false;
  }
  bytes_ += more;
  reply_.entries.push_back({stored.identity, stored.seen_ms, whole ? stored.body : "", undecided});
  return true;
}

}  // namespace muster::registry
