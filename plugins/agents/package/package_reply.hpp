// Inputs and outputs of the package agent.
#pragma once

#include <string>
#include <string_view>

#include "plugins/packages/provider.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::package {

// Checked again where they become arguments of a program, whatever the description lets through.
// Errc::invalid_data.
Result<std::string> package_in(const Value& inputs);
Result<std::string> version_in(const Value& inputs);  // empty: none was named

// The outputs that say what a package is.
Value reply_of(const packages::PackageState& state, std::string_view provider);

}  // namespace muster::plugins::package
