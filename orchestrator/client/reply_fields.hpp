// What a node says, read without believing its form: a field that is absent, null or of another type
// counts as not said. A node, also a stolen one, must not be able to stop an orchestrator or a command.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "proto/base/value.hpp"

namespace muster::client {

// Of `data` that is no map nothing is said at all.
inline std::string text_at(const Value& data, const char* key) {
  const auto at = data.find(key);
  return at != data.end() && at->is_string() ? at->get<std::string>() : "";
}

inline std::int64_t number_at(const Value& data, const char* key, std::int64_t otherwise = 0) {
  const auto at = data.find(key);
  return at != data.end() && at->is_number_integer() ? at->get<std::int64_t>() : otherwise;
}

inline bool flag_at(const Value& data, const char* key) {
  const auto at = data.find(key);
  return at != data.end() && at->is_boolean() && at->get<bool>();
}

}  // namespace muster::client
