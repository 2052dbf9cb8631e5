// Where commands write.
#pragma once

#include <string_view>

#include "proto/base/value.hpp"

namespace muster::cli {

// To stdout, flushed: a pipe's reader sees each piece when it is complete.
void print(std::string_view text);
void print_json(const Value& document);       // pretty
void print_json_line(const Value& document);  // one line
// "muster: text" to stderr.
void note(std::string_view text);

}  // namespace muster::cli
