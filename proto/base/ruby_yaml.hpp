// YAML that was written for Ruby: external facts, and what Puppet leaves behind.
#pragma once

#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::base {

// The first document of a text as Ruby's Psych 4 reads it: plain words by ruby_scalar.hpp, merge keys
// ("<<: *defaults") merged, the last of two equal keys, keys as text. `text` is UTF-8. An empty text is
// null. Limits: kYamlMaxDepth and kYamlMaxValues, aliases counted as often as they are used. Errors:
// Errc::invalid_data, "name:line: …".
Result<Value> ruby_yaml(std::string_view text, std::string_view name);

}  // namespace muster::base
