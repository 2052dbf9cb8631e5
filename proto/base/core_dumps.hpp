// Processes that hold keys keep their memory to themselves.
#pragma once

namespace muster::base {

// From here on this process leaves no core dump, and no other process of its user can read its memory
// (prctl(2), PR_SET_DUMPABLE): debuggers need root. What it starts is not concerned. `core_dumps: true`
// in a program's configuration keeps it from being called. Does nothing under the address sanitizer,
// whose search for leaks traces the process.
void forbid_core_dumps();

}  // namespace muster::base
