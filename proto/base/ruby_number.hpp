// Numbers of YAML as Ruby's Psych 4 reads them; a part of ruby_scalar.hpp.
#pragma once

#include <optional>
#include <string>

#include "proto/base/value.hpp"

namespace muster::base {

// Whole numbers (decimal, 0x…, 0b…, 0…), floating-point ones with a point, and those to the base of 60.
// Nothing when the word is none. One that does not fit into 64 bits becomes a floating-point number, or
// the text when it is not decimal.
std::optional<Value> ruby_number(const std::string& word);

}  // namespace muster::base
