// Answers of data plugins given beforehand: for tests, and for trying a filter without a node.
#pragma once

#include <nlohmann/json.hpp>

#include "proto/filter/subject.hpp"

namespace muster::filter {

// Immutable, thread-safe.
class DataTable final : public DataSource {
 public:
  // {"fstat": {"/etc/hosts": {"size": 120}}}; the argument of a call without one is "".
  // Errc::invalid_data, naming the plugin, when it is not so nested.
  static Result<DataTable> from(Value answers);
  // Errc::not_found for what the table does not hold.
  Result<Value> query(std::string_view name,
                      const std::optional<std::string>& argument) const override;

 private:
  explicit DataTable(Value answers) : answers_(std::move(answers)) {}
  Value answers_;
};

}  // namespace muster::filter
