// The grammar of -S, by recursive descent:
//   or   := and { "or" and }
//   and  := not { "and" not }
//   not  := ("not" | "!") not | "(" or ")" | term
#pragma once

#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"

namespace muster::filter {

// All of the scanner's text. Depth is limited by kDepthMax.
Result<TermPtr> parse_compound(Scanner& scanner);

}  // namespace muster::filter
