// A master that is to go: the mark that its endorsements carry, and how it ends. docs/adr/0100-a-master-is-retired.md.
#pragma once

#include <string>

#include "orchestrator/admission/master_endorsement.hpp"
#include "proto/base/result.hpp"

namespace muster::client {

class Link;

inline constexpr int kMarkTriesMax = 3;  // when others sign the same endorsement meanwhile

// All of these block as publish_trusted_ca(), so never from a bus handler, and touch only endorsements that name the master and
// count (admission::still_counts): what has ended is not revived.

struct Marked {
  bool changed = false;           // it was the other way before
  admission::Endorsement by_now;  // the one that counts, with the mark as it stands
  std::size_t others = 0;         // masters that count and are not retired, without this one
};
// All of the master's endorsements say from now on that `by`, an operator, retired it; empty: that it is not retired. Said
// already, it stays as it was said first. Errc::aborted, with the nearest name, when no endorsement that counts names it, or
// when others went on signing it.
Result<Marked> mark_master(Link& link, const std::string& master, const std::string& by);

// Signs it anew for the signature alone, as it was read: that we act for the retired master. Errc::aborted when something
// newer was heard.
Status sign_mark_anew(Link& link, const admission::Endorsement& read);

// The CA of a retired master is withdrawn, by all of its certificates. Errc::aborted when the master is not retired any more, or
// something newer about its CA was heard while we signed; what was withdrawn of it by then stays so.
Status withdraw_retired(Link& link, const std::string& master, const std::string& ca_fingerprint);

}  // namespace muster::client
