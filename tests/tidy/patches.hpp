// Patches that take something away from the sources, kept to show that a test finds it.
#pragma once

#include <set>
#include <string>

#include "tests/tidy/tree.hpp"

namespace muster::tidy {

// What git says against a patch; empty: it fits the sources.
std::string why_it_does_not_apply(const File& patch);

// Paths from the top.
std::set<std::string> files_changed_by(const File& patch);

}  // namespace muster::tidy
