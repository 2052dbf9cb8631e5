// Facts by the paths that filters and their users name them by.
#pragma once

#include <string_view>

#include "proto/base/value.hpp"

namespace muster::filter {

// A fact by dotted path ("os.release.major", "mounts.0"); null when absent. An exact key with dots
// wins.
const Value* find_fact(const Value& facts, std::string_view path);

}  // namespace muster::filter
