// What a filter is asked about: a node, or what presence says of one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::filter {

// Answers the data functions of compound filters: fstat('/etc/hosts').md5 = …. Thread-safe.
class DataSource {
 public:
  virtual ~DataSource() = default;
  // The output fields of plugin `name` for `argument`, a map. An error (no such plugin, not active
  // here, it failed) makes the whole expression false.
  virtual Result<Value> query(std::string_view name,
                              const std::optional<std::string>& argument) const = 0;
};

// What a filter is asked about. Pointers are borrowed for the call.
struct Subject {
  std::string_view identity = {};
  const Value* facts = nullptr;  // a map; nested facts by dotted path
  const std::vector<std::string>* classes = nullptr;
  const std::vector<std::string>* agents = nullptr;
  const DataSource* data = nullptr;  // without one, an expression with a data function is false
};

}  // namespace muster::filter
