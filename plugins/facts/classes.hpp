// The classes of this node's last Puppet catalogue.
#pragma once

#include <string>
#include <vector>

namespace muster::facts {

inline constexpr std::size_t kClassesMax = 10'000;

// Sorted, each once, from every file of the list that is there (Puppet's classes.txt: one a line);
// none when Puppet has not run yet.
std::vector<std::string> read_classes(const std::vector<std::string>& files);

// "FILE:LINE" of the first bytes in each that are not UTF-8, and are U+FFFD in the classes.
std::vector<std::string> doubtful_classes(const std::vector<std::string>& files);

}  // namespace muster::facts
