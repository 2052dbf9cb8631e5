// A word out of a table.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::workflow {

inline void complain_of_word(base::StrictMap& map, std::string_view key, const std::string& text,
                             const std::vector<std::string>& known) {
  map.complain(
      key, fmt::format("unknown {} {}{}", key, base::quoted(text), base::hint_for(text, known)));
}

// `out` stays as it is when the key is not there, or, after a complaint with the nearest, when its word is none of the table.
template <class T>
void read_word(base::StrictMap& map, std::string_view key,
               const std::vector<std::pair<std::string, T>>& table, T& out) {
  if (!map.has(key)) return;
  std::string text;
  map.text(key, text);
  std::vector<std::string> known;
  for (const auto& [name, value] : table) {
    if (name == text) {
      out = value;
      return;
    }
    known.push_back(name);
  }
  complain_of_word(map, key, text, known);
}

}  // namespace muster::workflow
