// Text from nodes, made fit for a terminal, and measured.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/printable.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// A node must neither steer the terminal nor write lines of its own: every text of this folder that
// came from outside passes through one of the two, by default through one_line().
using base::one_line;
using base::printable;

// Columns on a terminal of text that is printable: one for each code point.
std::size_t width(std::string_view text);
// Cut to `columns` with '…' when longer.
std::string cut(std::string_view text, std::size_t columns);
std::string pad(std::string_view text, std::size_t columns);
std::string pad_left(std::string_view text, std::size_t columns);

// Every line with `spaces` in front. No trailing newline.
std::string indent(std::string_view text, std::size_t spaces);

// "340 ms", "12.3 s", "2 min 05 s", "3 h 07 min".
std::string duration(std::chrono::milliseconds time);
// "14:02:07" UTC of a Unix time.
std::string time_of_day(std::int64_t unix_ms);
// "       State: failed\n"; nothing of an empty text. `text` is laid out already.
std::string field(std::string_view label, std::string_view text);

// A scalar as text, anything else as indented JSON.
std::string value_text(const Value& value);

// What an answer of a node holds under a name; null when it holds nothing there or is no map.
Value member(const Value& answer, const char* name);

// Sorted names, made printable, in columns at least 30 wide, lines up to `columns`, indented by 3: who did not answer.
std::string in_columns(const std::vector<std::string>& names, std::size_t columns);

}  // namespace muster::cli::render
