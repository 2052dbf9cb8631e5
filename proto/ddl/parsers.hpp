// The parser's parts, by level of the document.
#pragma once

#include "proto/ddl/ddl.hpp"
#include "proto/ddl/json_cursor.hpp"

namespace muster::ddl {

Result<Action> parse_action(const JsonCursor& at);
Result<Input> parse_input(const std::string& name, const JsonCursor& at);

}  // namespace muster::ddl
