#pragma once

#include <string>

#include "proto/ddl/ddl.hpp"

namespace muster::ddl {

// Empty when `value` is one that `input` takes, otherwise what it must be: "must be an integer, not
// \"x\"".
std::string why_invalid(const Input& input, const Value& value);

}  // namespace muster::ddl
