// Plain words of YAML as Ruby's Psych 4 reads them, which Facter and Puppet use: mostly YAML 1.1.
#pragma once

#include <string>

#include "proto/base/value.hpp"

namespace muster::base {

// "yes" is true, "0755" 493, "1_000" 1000, "12:30" 45000 (to the base of 60), "1e3" a text, "2026-1-5"
// the text "2026-01-05". Numbers beyond 64 bits become floating-point ones. Infinity, no number and
// Ruby's symbols, which JSON has not, stay text.
Value ruby_scalar(const std::string& word);

}  // namespace muster::base
