// What `muster filter test` shows.
#pragma once

#include <string>

#include "orchestrator/cli/render/style.hpp"
#include "proto/base/value.hpp"
#include "proto/filter/explanation.hpp"

namespace muster::cli::render {

// "match" or "no match".
std::string match_text(bool matches, const Style& style);
// The tree, a term a line: the answer, the term, what stood there. Where only some terms decided,
// those are marked.
std::string explanation_text(const filter::Explanation& root, const Style& style,
                             std::size_t columns);
Value explanation_json(const filter::Explanation& explanation);

}  // namespace muster::cli::render
