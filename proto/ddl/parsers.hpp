// The parser's parts, by level of the document.
#pragma once

#include "proto/ddl/ddl.hpp"
#include "proto/ddl/json_cursor.hpp"

namespace muster::ddl {

// The whole document; a key that stands twice in one object is an error.
Result<Value> read_document(std::string_view json, std::string_view file);

// What agents and data plugins have in common; their own keys come on top. `kind` is "agent" …
const std::vector<std::string>& metadata_keys();
Status read_metadata(const JsonCursor& at, std::string_view kind, Metadata& metadata);

// The map "output".
Result<std::vector<Output>> parse_outputs(const JsonCursor& at);
// One of the list "aggregate"; the action's outputs are known already.
Result<Aggregate> parse_aggregate(const JsonCursor& at, const Action& action);
Result<Action> parse_action(const JsonCursor& at);
Result<Input> parse_input(const std::string& name, const JsonCursor& at);

}  // namespace muster::ddl
