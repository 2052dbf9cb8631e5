// A description as Choria's JSON again: what a node tells of an agent whose DDL a caller lacks.
#pragma once

#include <nlohmann/json.hpp>

#include "proto/base/value.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::ddl {

// parse() of its text gives the same description.
Value to_json(const Agent& agent);

}  // namespace muster::ddl
