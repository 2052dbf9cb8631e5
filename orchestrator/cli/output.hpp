// Where commands write.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/value.hpp"

namespace muster::cli {

// To stdout, flushed: a pipe's reader sees each piece when it is complete. What cannot be written is
// remembered for output_error(). `text` is laid out and coloured: render/ has made it printable.
void print(std::string_view text);
void print_json(const Value& document);       // pretty
void print_json_line(const Value& document);  // one line
// Why not all of the output was written, such as a full disk; empty: it was, or its reader left.
std::string output_error();
// Whether somebody can be asked: a person on a terminal, whose answer no program waits for.
bool can_ask(bool json);
// Asks on stderr and reads a line of stdin: whether it is "y" or "yes".
bool agreed(std::string_view question);
// "muster: text" to stderr, made printable; further lines of it are indented.
void note(std::string_view text);

}  // namespace muster::cli
