#include "orchestrator/client/master_members.hpp"

#include <fmt/format.h>

#include <map>

#include "orchestrator/client/reply_fields.hpp"

namespace muster::client {
namespace {

struct Known {
  const Member* member = nullptr;  // null: it is not online
  const Record* record = nullptr;  // null: there is none
};

bool is_on_its_way(const Record& record) {
  return record.state == "running" || record.state == "waiting";
}

// Another machine asks for the name, and nobody is being provisioned.
bool waits_for_a_person(const Record& record) {
  return record.claim && record.run_id.empty();
}

std::string why_by_record(const std::string& node, const Record& record) {
  if (record.state == kCancelled)
    return fmt::format("it was cancelled: 'muster provision retry {}' goes on with it", node);
  if (record.state == kLeaving) return "it is being decommissioned";
  if (record.state == kGone)
    return fmt::format("it was decommissioned, yet it is online: 'muster node ban {}'", node);
  if (waits_for_a_person(record))
    return fmt::format(
        "another machine asks for its name: 'muster provision approve {}', or "
        "'forget'",
        node);
  return fmt::format("it {}: {}; 'muster provision retry {}' goes on with it",
                     record.state == "refused" ? "was refused" : "failed", record.reason, node);
}

std::string why_not_moved(const std::string& node, const Known& known, const MasterSeen& seen) {
  if (known.record == nullptr)
    return "no record says with which join key it was provisioned, so it would not be known again: "
           "provision it by a token made with 'muster token create --replace'";
  const auto& record = *known.record;
  if (record.state != "finished") return why_by_record(node, record);
  if (known.member == nullptr)
    return fmt::format(
        "it is not online, and moves when it is back; 'muster provision forget {}' "
        "where it is gone for good",
        node);
  if (seen.is_banned(node))
    return fmt::format("it is banned: 'muster node unban {}', or 'muster provision forget {}'",
                       node, node);
  const auto says = text_at(known.member->facts, "provision");
  if (says != "finished")
    return fmt::format("its record says finished, and the node itself {}",
                       says.empty() ? "nothing of a provisioning" : says);
  if (record.key_fingerprint.empty())
    return "its record does not say with which join key it was provisioned, so it would not be "
           "known again: provision it by a token made with 'muster token create --replace'";
  return {};
}

std::map<std::string, Known> known_of(const MasterSeen& seen, const std::vector<MemberPtr>& members,
                                      const std::vector<Record>& records) {
  std::map<std::string, Known> all;
  std::map<std::string, const Member*> online;
  for (const auto& member : members) {
    online[member->identity] = member.get();
    if (seen.identity_of(member->ca_fingerprint) == seen.ca)
      all[member->identity].member = member.get();
  }
  for (const auto& record : records) {
    const bool by_presence = all.contains(record.identity);
    // Who shows a certificate of another CA has left this one, whatever was said of it last.
    const bool by_record = !online.contains(record.identity) && !record.ca_fingerprint.empty() &&
                           record.state != kGone &&
                           seen.identity_of(record.ca_fingerprint) == seen.ca;
    if (by_presence || by_record) all[record.identity].record = &record;
  }
  all.erase(seen.master);
  return all;
}

}  // namespace

MembersOfMaster members_of_master(const MasterSeen& seen, const std::vector<MemberPtr>& members,
                                  const std::vector<Record>& records, std::int64_t now_ms) {
  MembersOfMaster out;
  for (const auto& [node, known] : known_of(seen, members, records)) {
    if (known.record != nullptr && is_on_its_way(*known.record) &&
        !waits_for_a_person(*known.record)) {
      const auto since_ms = known.record->started_at_ms;
      const std::chrono::milliseconds for_long(now_ms - since_ms);
      out.under_way.push_back({node, since_ms, for_long > kUnderWayMost});
      continue;
    }
    auto why = why_not_moved(node, known, seen);
    if (why.empty())
      out.movable.push_back(node);
    else
      out.left.push_back({node, std::move(why)});
  }
  return out;
}

}  // namespace muster::client
