// ${names} in a step's arguments.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "orchestrator/workflow/values.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::workflow {

// Every ${name} in texts, at any depth; "$${" is the text "${". A text that is nothing but "${name}" becomes the value with its
// type. Errc::missing_data names what is not there.
Result<Value> expand(const Value& value, const Values& values);

// The names that stand in it, each once per place. Errc::config: one is not closed, empty, or of the old form {name}.
Result<std::vector<std::string>> names_in(const Value& value);

// The same with each name replaced by what `rename` makes of it. The value has passed names_in().
Value renamed(const Value& value, const std::function<std::string(const std::string&)>& rename);

}  // namespace muster::workflow
