#include "plugins/api/node.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "proto/base/names.hpp"

namespace muster::plugins {

Result<Value> Node::query_data(const std::string& name,
                               const std::optional<std::string>& /*argument*/) const {
  return fail(Errc::not_found, fmt::format("no data plugin {} here", base::quoted(name)));
}

Result<std::string> Jobs::error_output(const std::string& /*id*/, std::uint64_t /*offset*/,
                                       std::size_t /*max_bytes*/) const {
  return std::string();
}

}  // namespace muster::plugins
