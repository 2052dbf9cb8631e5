// Value: action arguments, reply data and facts. True 64-bit integers, lists, maps.
// nlohmann::json in memory; muster.v1.Value on the wire (proto/envelope/value_codec).
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace muster {
using Value = nlohmann::json;
}
