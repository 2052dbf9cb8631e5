// How long a node is as its record says that it is.
#pragma once

#include <cstdint>

#include "orchestrator/client/records.hpp"

namespace muster::client {

// Unix time since when it has finished no further step: of one that has not begun, since when it waits to.
std::int64_t no_step_since_ms(const Record& record);

// Of one on its way since then, of one that does not run, and whose name another machine asks for, since that was heard of, of others since they were last
// heard of. 0: it is finished, or nothing is known.
std::int64_t age_ms(const Record& record, std::int64_t now_ms);

}  // namespace muster::client
