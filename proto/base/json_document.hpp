// JSON that people or other programs wrote: within limits, no key twice, and errors with a place.
#pragma once

#include <cstddef>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::base {

struct JsonLimits {
  std::size_t bytes;
  std::size_t depth;  // of lists and objects in each other
  std::size_t values = std::numeric_limits<std::size_t>::max();  // and keys, begins and ends
  bool last_of_equal_keys = false;                               // instead of an error
};

// `name` is the file or source, for messages. Errc::limit, or Errc::invalid_data "facts.json:3: not
// JSON: syntax error while parsing value - …". A key that stands twice in one object is an error
// unless the limits say that the last one counts.
Result<Value> read_json(std::string_view text, std::string_view name, const JsonLimits& limits);

// What is wrong with `text`, which the library refused with `told`.
Error json_error(std::string_view text, std::string_view name, const Value::exception& told);

}  // namespace muster::base
