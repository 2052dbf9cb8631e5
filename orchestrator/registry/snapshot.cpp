#include "orchestrator/registry/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/presence_reads.hpp"
#include "orchestrator/registry/left_out.hpp"
#include "orchestrator/registry/page.hpp"
#include "orchestrator/registry/signatures.hpp"
#include "proto/base/names.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"

namespace muster::registry {
namespace {

Match said(bool yes) {
  return yes ? Match::yes : Match::no;
}

bool matches(const filter::Filter& filter, const client::Member& node) {
  return filter.matches({.identity = node.identity,
                         .facts = &node.facts,
                         .classes = &node.classes,
                         .agents = &node.agents});
}

// What the node shows now counts; what it does not show is as it registered.
void lay_over(const client::Member& shown, client::Member& registered) {
  registered.facts.update(shown.facts);
  if (shown.left_out_agents == 0) registered.agents = shown.agents;
  if (shown.left_out_classes > 0) return;
  registered.classes = shown.classes;
  registered.left_out_classes = 0;
}

// One question's.
class Looking {
 public:
  Looking(const Answering& context, const filter::Filter& filter)
      : context_(context),
        filter_(filter),
        reads_(client::Reads::of(filter)),
        lookups_(filter.lookups()),
        show_(context.fleet->having(lookups_)) {}

  // Nothing: what it registered must be read.
  std::optional<Match> glance(const client::Member& member, const Signature* registered) const {
    if (client::missing_of(member, reads_).empty()) return said(matches(filter_, member));
    if (registered == nullptr) return Match::undecided;
    if (!may_match(member.identity, *registered)) return Match::no;
    return std::nullopt;
  }
  Result<Match> read(const client::Member& member) const {
    MUSTER_ASSIGN(const auto stored, context_.store.find(member.identity));
    if (!stored) return Match::undecided;
    auto sent = messages::Registration::decode(stored->body);
    if (!sent) return Match::undecided;
    auto known = client::registered_from(*std::move(sent));
    // Another session may be another machine, which had the name before.
    if (!known || known->node.session != member.session) return Match::undecided;
    if (known->sent_at_ms <= member.sent_at_ms) lay_over(member, known->node);
    if (reads_what_was_left_out(filter_, *known)) return Match::undecided;
    return said(matches(filter_, known->node));
  }

 private:
  bool may_match(const std::string& identity, const Signature& registered) const {
    for (std::size_t at = 0; at < lookups_.size(); ++at)
      if (!registered.has(lookups_[at]) &&
          !std::binary_search(show_[at].begin(), show_[at].end(), identity))
        return false;
    return true;
  }

  const Answering& context_;
  const filter::Filter& filter_;
  const client::Reads reads_;
  const std::vector<filter::Lookup> lookups_;
  const std::vector<std::vector<std::string>> show_;  // of each lookup, whose presence has it
};

// Who of one question's nodes may be told of.
class Telling {
 public:
  explicit Telling(const Answering& context) : context_(context) {}

  bool may_tell(const client::Member& member) {
    if (context_.left_out && context_.left_out(member.identity)) return false;
    if (member.ca_fingerprint.empty() || !context_.trusts) return true;
    const auto [known, is_new] = trusted_.try_emplace(member.ca_fingerprint, false);
    if (is_new) known->second = context_.trusts(member.ca_fingerprint);
    return known->second;
  }

 private:
  const Answering& context_;
  std::map<std::string, bool> trusted_;  // by CA: a fleet has few
};

struct Glanced {
  client::MemberPtr member;
  const Signature* registered = nullptr;
  std::optional<Match> match;
};

// Those that match, or may. Before anything is read: whoever asked would not wait for more than kSnapshotReadsMax.
Result<std::vector<Glanced>> glance_at_all(const Answering& context, const Looking& looking,
                                           const std::vector<client::MemberPtr>& members,
                                           const std::string& after) {
  const auto now_ms = context.clock.unix_ms();
  Telling telling(context);
  std::vector<Glanced> found;
  std::size_t reads = 0;
  for (const auto& member : members) {
    if (member->identity <= after || !telling.may_tell(*member)) continue;
    const auto* registered = context.signatures->find(member->identity, now_ms);
    const auto match = looking.glance(*member, registered);
    if (match == Match::no) continue;
    if (!match && ++reads > kSnapshotReadsMax)
      return fail(Errc::limit, fmt::format("more than {} registrations would have to be read for "
                                           "this filter; the nodes must judge it",
                                           kSnapshotReadsMax));
    found.push_back({member, registered, match});
  }
  return found;
}

Status check(const Answering& context, const messages::RegistryRequest& request,
             const Permission& permission) {
  if (context.fleet == nullptr || context.signatures == nullptr ||
      request.collective != context.home)
    return fail(Errc::unavailable,
                fmt::format("{} does not hear presence of the collective {}", context.signer.name(),
                            base::quoted(request.collective)));
  if (!context.fleet->complete())
    return fail(Errc::unavailable, fmt::format("{} has not heard the presence of all nodes since "
                                               "its link to the broker was made",
                                               context.signer.name()));
  MUSTER_TRY(permission.ask());
  if (permission.each_node() || permission.limits())
    return fail(Errc::refused, fmt::format("the policy of {} about its registry judges each node, "
                                           "or counts them: it gives no snapshot",
                                           context.signer.name()));
  return {};
}

}  // namespace

Status fill_snapshot(const Answering& context, const messages::RegistryRequest& request,
                     const filter::Filter& filter, const Permission& permission,
                     messages::RegistryReply& reply) {
  MUSTER_TRY(check(context, request, permission));
  const auto members = context.fleet->members();
  reply.known = members.size();
  reply.heard_all = true;
  const Looking looking(context, filter);
  MUSTER_ASSIGN(const auto found, glance_at_all(context, looking, members, request.after));
  Page page(reply, false);
  for (const auto& one : found) {
    auto match = one.match;
    if (!match) {
      MUSTER_ASSIGN(match, looking.read(*one.member));
    }
    if (match == Match::no) continue;
    const auto seen_ms = one.registered == nullptr ? 0 : one.registered->seen_ms;
    if (!page.add({one.member->identity, seen_ms, ""}, match == Match::undecided)) break;
  }
  return {};
}

}  // namespace muster::registry
