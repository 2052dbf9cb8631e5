// Fields of what a node answered. Nodes are not trusted to send what their descriptions say.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "proto/base/value.hpp"

namespace muster::client {

// Empty when `data` is no map, or has no such text.
inline std::string text_of(const Value& data, const char* name) {
  const auto found = data.is_object() ? data.find(name) : data.end();
  return found != data.end() && found->is_string() ? found->get<std::string>() : "";
}

inline std::int64_t number_of(const Value& data, const char* name, std::int64_t otherwise) {
  const auto found = data.is_object() ? data.find(name) : data.end();
  return found != data.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise;
}

}  // namespace muster::client
