// The DDL's types: their names, and whether a value is of one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/ddl/ddl.hpp"

namespace muster::ddl {

// In any case, as Choria has it: "Hash", "Array". "int" is "integer".
std::optional<Type> type_from(std::string_view name);
std::string_view name_of(Type type);
// "an integer", "a hash": for messages.
std::string_view described(Type type);
const std::vector<std::string>& type_names();

// Integers count as floats: JSON writers drop the ".0". A list holds one string of the DDL's
// choice.
bool is_of(Type type, const Value& value);

}  // namespace muster::ddl
