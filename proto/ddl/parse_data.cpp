#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/ddl/ddl.hpp"
#include "proto/ddl/parsers.hpp"

namespace muster::ddl {
namespace {

bool scalar(std::string_view type) {
  return type != "hash" && type != "array" && type != "any";
}

Status check_outputs(const JsonCursor& at, const std::vector<Output>& outputs) {
  if (outputs.empty()) return at.error("'output' is empty: a filter could compare nothing");
  for (const auto& output : outputs) {
    if (auto word = base::check_word("output", output.name); !word)
      return at.error(word.error().message);
    if (!scalar(output.type) || output.default_value.is_structured())
      return at.error(fmt::format(
          "output '{}' must be a string, integer, float, number or boolean: filters compare "
          "nothing else",
          output.name));
  }
  return {};
}

}  // namespace

Result<Data> parse_data(std::string_view json, std::string_view file) {
  MUSTER_ASSIGN(const Value document, read_document(json, file));
  Data data;
  const JsonCursor top(document, file, "", &data.warnings);
  MUSTER_TRY(top.only_keys({"$schema", "metadata", "query", "output"}));
  if (top.has("$schema")) MUSTER_TRY(top.text("$schema"));
  MUSTER_ASSIGN(const auto metadata, top.map("metadata"));
  MUSTER_TRY(metadata.only_keys(metadata_keys()));
  MUSTER_TRY(read_metadata(metadata, "data plugin", data));
  if (!top.any("query").is_null()) {
    MUSTER_ASSIGN(const auto query, top.map("query"));
    MUSTER_ASSIGN(data.query, parse_input("query", query));
  }
  MUSTER_ASSIGN(const auto outputs, top.map("output"));
  MUSTER_ASSIGN(data.outputs, parse_outputs(outputs));
  MUSTER_TRY(check_outputs(outputs, data.outputs));
  return data;
}

}  // namespace muster::ddl
