// What was typed wrong, and the nearest thing that is right.
#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace muster::cli {

// One or two lines for a failed parse of `app`.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error);

// The same for the first word that no command knows; nothing when there is none. Asked before help is
// shown, which CLI11 does whatever else was typed.
std::optional<std::string> unknown_word(const CLI::App& app);

}  // namespace muster::cli
