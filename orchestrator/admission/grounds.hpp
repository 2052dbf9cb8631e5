// What lets a machine take a name that another certificate holds: one function a ground.
#pragma once

#include "orchestrator/admission/case.hpp"

namespace muster::admission {

// The machine that was provisioned under this name, by its join key.
bool has_same_key(const Case& it);
// An operator's approval for exactly this key, not yet over.
bool is_approved(const Case& it);
// The token replaces: made so, or by the site's `replace_names`. One that another key spent, or
// whose key another machine took over from, replaces nothing.
bool token_replaces(const Case& it);
// Proof of the key of the name's certificate, which its CA still holds valid, and the name is of no
// other CA. Needs the CAs' answers; a CA that is down counts by the name's record.
bool proves_old_key(const Case& it);

}  // namespace muster::admission
