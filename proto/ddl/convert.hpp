// Text of a command line or a filter as a value of a DDL's type.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/ddl/ddl.hpp"

namespace muster::ddl {

// Booleans as "true t yes y 1", hash and array in JSON; nothing when `word` is not of the type.
std::optional<Value> converted(Type type, const std::string& word);

// " (true or false)", " in JSON ([\"a\", \"b\"])": for messages; empty where it needs no saying.
std::string_view how_to_write(Type type);

}  // namespace muster::ddl
