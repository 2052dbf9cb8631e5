#include "orchestrator/registry/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>

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

  Result<Match> judge(const client::Member& member, const Signature* registered) const {
    if (client::missing_of(member, reads_).empty()) return said(matches(filter_, member));
    if (registered == nullptr) return Match::undecided;
    if (!may_match(member.identity, *registered)) return Match::no;
    return by_registration(member);
  }
  // Whether judge() would read its registration.
  bool reads(const client::Member& member, const Signature* registered) const {
    return registered != nullptr && may_match(member.identity, *registered) &&
           !client::missing_of(member, reads_).empty();
  }

 private:
  bool may_match(const std::string& identity, const Signature& registered) const {
    for (std::size_t at = 0; at < lookups_.size(); ++at)
      if (!registered.has(lookups_[at]) &&
          !std::binary_search(show_[at].begin(), show_[at].end(), identity))
        return false;
    return true;
  }

  Result<Match> by_registration(const client::Member& member) const {
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

  const Answering& context_;
  const filter::Filter& filter_;
  const client::Reads reads_;
  const std::vector<filter::Lookup> lookups_;
  const std::vector<std::vector<std::string>> show_;  // of each lookup, whose presence has it
};

// Before anything is read: whoever asked would not wait for so many.
Status check_reads(const Looking& looking, const std::vector<client::MemberPtr>& members,
                   const Signatures& signatures, std::int64_t now_ms) {
  std::size_t reads = 0;
  for (const auto& member : members)
    if (looking.reads(*member, signatures.find(member->identity, now_ms)) &&
        ++reads > kSnapshotReadsMax)
      return fail(Errc::limit, fmt::format("more than {} registrations would have to be read for "
                                           "this filter; the nodes must judge it",
                                           kSnapshotReadsMax));
  return {};
}

bool is_told(const Answering& context, const client::Member& member) {
  if (context.left_out && context.left_out(member.identity)) return false;
  return member.ca_fingerprint.empty() || !context.trusts || context.trusts(member.ca_fingerprint);
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
  Looking looking(context, filter);
  Page page(reply, false);
  const auto now_ms = context.clock.unix_ms();
  MUSTER_TRY(check_reads(looking, members, *context.signatures, now_ms));
  for (const auto& member : members) {
    const auto& identity = member->identity;
    if (identity <= request.after || !is_told(context, *member)) continue;
    const auto* registered = context.signatures->find(identity, now_ms);
    MUSTER_ASSIGN(const auto match, looking.judge(*member, registered));
    if (match == Match::no) continue;
    const Stored entry{identity, registered == nullptr ? 0 : registered->seen_ms, ""};
    if (!page.add(entry, match == Match::undecided)) break;
  }
  return {};
}

}  // namespace muster::registry
