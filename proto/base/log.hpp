// The log: one line an event, key=value fields after the sentence. To stderr; under systemd with
// the journal's priority prefix (sd-daemon(3)). Whatever messages and values hold, one call writes
// one line of printable text (printable.hpp). Thread-safe.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "proto/base/result.hpp"

namespace muster::log {

enum class Level { debug, info, warning, error };

using Field = std::pair<std::string_view, std::string>;

// debug, info, warning, error; an unknown name is an error with the nearest valid one.
Result<Level> level_from(std::string_view name);
// Before the first thread starts: program name in front of each line, lowest level shown.
void start(std::string_view program, Level lowest);
void set_level(Level lowest);

void debug(std::string_view message, std::initializer_list<Field> fields = {});
void info(std::string_view message, std::initializer_list<Field> fields = {});
void warning(std::string_view message, std::initializer_list<Field> fields = {});
void error(std::string_view message, std::initializer_list<Field> fields = {});

}  // namespace muster::log
