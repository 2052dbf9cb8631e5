#include "plugins/data/package/package_data.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"

namespace muster::plugins::data {

Result<Value> PackageData::query(const std::optional<std::string>& argument) {
  const auto name = argument.value_or("");
  if (!provider_) return fail(Errc::unavailable, "this node has neither apt nor dnf");
  if (!packages::is_package(name))
    return fail(Errc::invalid_data, fmt::format("{} is no package's name", base::quoted(name)));
  const auto deadline = std::chrono::steady_clock::now() + ddl().timeout;
  MUSTER_ASSIGN(const auto state, provider_->state(name, deadline));
  return Value{{"status", state.ensure},
               {"installed", state.installed()},
               {"version", state.installed() ? state.ensure : ""},
               {"arch", state.arch}};
}

}  // namespace muster::plugins::data
