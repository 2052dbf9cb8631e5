// The grammar of -S, by recursive descent:
//   or   := and { "or" and }
//   and  := not { "and" not }
//   not  := ("not" | "!") not | "(" or ")" | term
#pragma once

#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"
#include "proto/filter/term_table.hpp"

namespace muster::filter {

// All of the scanner's text, with the terms of -S. Depth is limited by kDepthMax.
Result<TermPtr> parse_compound(Scanner& scanner);
// The same grammar over other terms.
Result<TermPtr> parse_compound(Scanner& scanner, const Vocabulary& vocabulary);

}  // namespace muster::filter
