// Values from outside may hold texts that are not UTF-8, which no message can carry.
#pragma once

#include <optional>
#include <string>

#include "proto/base/value.hpp"

namespace muster::base {

// Puts U+FFFD in place of each byte that is not UTF-8, in texts and names at every depth. Gives where
// the first one was ("data.disks.0"); nothing when there was none. Two names of a map that become
// the same: one of them is lost.
std::optional<std::string> replace_wrong_bytes(Value& value);

}  // namespace muster::base
