// What was typed wrong, and the nearest thing that is right.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace muster::cli {

// One or two lines for a failed parse of `app`.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace muster::cli
