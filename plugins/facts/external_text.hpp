// What files and programs of external facts say, as Facter reads it.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::facts {

// Lists and maps inside each other in one fact: a reply with facts in it can carry no more.
inline constexpr std::size_t kFactDepthMax = 24;

// What one source says, and what is wrong with it: a text file with one bad line has both.
struct ParsedFacts {
  Value facts = Value::object();
  Status status;
  std::string
      doubt;  // what is odd about facts that are used nevertheless, with file and line; "": nothing
};

// The texts may hold any bytes: those that are not UTF-8 become U+FFFD and a doubt. A byte order mark in
// front does not count. Names become lower case; facts that are null are none.

// "key=value" lines; empty ones, those with # in front and those with nothing behind the = are
// skipped. Values stay text.
ParsedFacts parse_key_values(std::string_view text, std::string_view name);
// YAML as Ruby reads it (proto/base/ruby_yaml.hpp): a map at the top.
ParsedFacts parse_yaml(std::string_view text, std::string_view name);
// The last of equal keys counts.
ParsedFacts parse_json(std::string_view text, std::string_view name);
// What an executable printed: YAML, JSON, or lines when its first one is key=value.
ParsedFacts parse_printed(std::string_view text, std::string_view name);

}  // namespace muster::facts
