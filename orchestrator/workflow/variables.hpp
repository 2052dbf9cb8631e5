// {variables} in a step's arguments.
#pragma once

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::workflow {

using Variables = std::map<std::string, Value>;

// Those that are set before a workflow's first step (orchestrator/provision/run); parse_workflow() knows no others.
inline constexpr std::array<const char*, 3> kFirstVariables{"identity", "extensions",
                                                            "alternative_names"};

// Every {name} in texts, at any depth. A text that is nothing but "{name}" becomes the variable
// with its type. Errc::missing_data names a variable that is not set and those that are.
Result<Value> expand(const Value& value, const Variables& variables);

}  // namespace muster::workflow
