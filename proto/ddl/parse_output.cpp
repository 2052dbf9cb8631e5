#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/parsers.hpp"
#include "proto/ddl/types.hpp"

namespace muster::ddl {
namespace {

Result<Output> parse_output(const std::string& name, const JsonCursor& at) {
  MUSTER_TRY(at.only_keys({"description", "display_as", "type", "default"}));
  if (name.empty() || base::quoted(name) != "'" + name + "'")
    return at.error(fmt::format("{} cannot be the name of an output", base::quoted(name)));
  Output output;
  output.name = name;
  MUSTER_ASSIGN(output.description, at.string("description"));
  MUSTER_ASSIGN(output.display_as, at.string("display_as"));
  if (output.display_as.empty()) output.display_as = name;
  MUSTER_ASSIGN(const auto type, at.has("type") ? at.string("type") : Result<std::string>(""));
  if (!type.empty()) {
    const auto known = type_from(type);
    if (!known)
      return at.error(
          fmt::format("unknown type {}{}", base::quoted(type), base::hint_for(type, type_names())));
    output.type = name_of(*known);
  }
  output.default_value = at.any("default");
  return output;
}

}  // namespace

Result<std::vector<Output>> parse_outputs(const JsonCursor& at) {
  std::vector<Output> outputs;
  for (const auto& [name, output_at] : at.entries()) {
    MUSTER_ASSIGN(auto output, parse_output(name, output_at));
    outputs.push_back(std::move(output));
  }
  return outputs;
}

}  // namespace muster::ddl
