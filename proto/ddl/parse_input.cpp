#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/check_value.hpp"
#include "proto/ddl/parsers.hpp"
#include "proto/ddl/types.hpp"
#include "proto/ddl/validators.hpp"

namespace muster::ddl {
namespace {

constexpr const char* kAnyText = "(?s).*";

Status read_string_limits(const JsonCursor& at, Input& input) {
  if (input.type != Type::string) {
    for (const char* key : {"validation", "maxlength"})
      if (at.has(key)) return at.error(fmt::format("'{}' belongs to inputs of type string", key));
    return {};
  }
  // Choria leaves out what is empty or 0 when it writes a description.
  if (!at.has("validation") || at.any("validation") == Value("")) {
    at.warn("no 'validation': any text passes");
    input.validation = kAnyText;
  } else {
    MUSTER_ASSIGN(input.validation, at.text("validation"));
  }
  if (auto valid = check_validation(input.validation); !valid) {
    if (!is_validator_name(input.validation)) return at.error(valid.error().message);
    at.warn(valid.error().message + "; its values must be shellsafe here");
  }
  if (at.has("maxlength")) {
    MUSTER_ASSIGN(input.maxlength, at.integer("maxlength", 0));
  }
  return {};
}

Status read_list(const JsonCursor& at, Input& input) {
  if (input.type != Type::list) {
    if (at.has("list")) return at.error("'list' belongs to inputs of type list");
    return {};
  }
  MUSTER_ASSIGN(const auto items, at.list("list"));
  for (const auto& item : items) {
    if (!item.value().is_string()) return item.error("must be a string");
    input.list.push_back(item.value().get<std::string>());
  }
  if (input.list.empty()) return at.error("'list' is empty: no value could be given");
  return {};
}

// Choria's own DDLs say "" for "none" where the validation would not let it pass.
Status read_default(const JsonCursor& at, Input& input) {
  input.default_value = at.any("default");
  if (input.default_value.is_null()) return {};
  const auto why = why_invalid(input, input.default_value);
  if (why.empty()) return {};
  if (input.default_value != Value("")) return at.error("default " + why);
  input.default_value = nullptr;
  return {};
}

// A guarded input that every request has would forbid the action.
Status read_guarded(const JsonCursor& at, Input& input) {
  if (!at.has("guarded")) return {};
  MUSTER_ASSIGN(input.guarded, at.boolean("guarded"));
  if (input.guarded && (!input.optional || !input.default_value.is_null()))
    return at.error("a guarded input must be optional and have no default");
  return {};
}

// Choria's DDLs have inputs in capitals too.
bool is_input_name(const std::string& name) {
  constexpr std::size_t kNameMaxBytes = 64;
  return !name.empty() && name.size() <= kNameMaxBytes &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-';
         });
}

}  // namespace

Result<Input> parse_input(const std::string& name, const JsonCursor& at) {
  MUSTER_TRY(at.only_keys({"prompt", "description", "type", "optional", "default", "validation",
                           "maxlength", "list", "guarded"}));
  if (!is_input_name(name))
    return at.error(fmt::format("{} cannot be the name of an input: letters, digits and '_' can",
                                base::quoted(name)));
  Input input;
  input.name = name;
  MUSTER_ASSIGN(input.prompt, at.text("prompt"));
  MUSTER_ASSIGN(input.description, at.text("description"));
  MUSTER_ASSIGN(const auto type_name, at.text("type"));
  const auto type = type_from(type_name);
  if (!type)
    return at.error(fmt::format("unknown type {}{}", base::quoted(type_name),
                                base::hint_for(type_name, type_names())));
  input.type = *type;
  // Choria's own agents leave it out.
  MUSTER_ASSIGN(input.optional, at.boolean_or("optional", false));
  MUSTER_TRY(read_string_limits(at, input));
  MUSTER_TRY(read_list(at, input));
  MUSTER_TRY(read_default(at, input));
  MUSTER_TRY(read_guarded(at, input));
  return input;
}

}  // namespace muster::ddl
