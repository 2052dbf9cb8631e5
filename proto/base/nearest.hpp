// "Did you mean …?" for every unknown key, agent, action and fact.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::base {

// The known word with the smallest edit distance (optimal string alignment), if it is near enough
// to be what was meant: at most a third of the word's length, and never more than 3. A single letter,
// with dashes before it or without, is near to nothing but itself.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

// "; did you mean 'x'?" or, when nothing is near, "; known: a, b, c".
std::string hint_for(std::string_view word, const std::vector<std::string>& known);

}  // namespace muster::base
