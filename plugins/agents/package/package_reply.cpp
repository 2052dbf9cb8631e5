#include "plugins/agents/package/package_reply.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"

namespace muster::plugins::package {

Result<std::string> package_in(const Value& inputs) {
  const auto& name = inputs.at("package").get_ref<const std::string&>();
  if (packages::is_package(name)) return name;
  return fail(Errc::invalid_data, fmt::format("{} is no package's name", base::quoted(name)));
}

Result<std::string> version_in(const Value& inputs) {
  auto version = inputs.value("version", "");
  if (version.empty() || packages::is_version(version)) return version;
  return fail(Errc::invalid_data, fmt::format("{} is no version", base::quoted(version)));
}

Value reply_of(const packages::PackageState& state, std::string_view provider) {
  const auto known = [](const std::string& text) { return text.empty() ? Value() : Value(text); };
  Value data{{"name", state.name},
             {"ensure", state.ensure},
             {"version", known(state.version)},
             {"epoch", known(state.epoch)},
             {"release", known(state.release)},
             {"arch", known(state.arch)},
             {"provider", provider}};
  if (state.broken) data["output"] = "its installation was begun and not ended";
  return data;
}

}  // namespace muster::plugins::package
