// What this machine is called.
#pragma once

#include <string>

namespace muster::base {

// As gethostname(2) has it; "" when there is none. Thread-safe.
std::string host_name();

}  // namespace muster::base
