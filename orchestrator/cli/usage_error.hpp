// What was typed wrong, and the nearest thing that is right.
#pragma once

#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace muster::cli {

// One or two lines for a failed parse of `app`.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace muster::cli
