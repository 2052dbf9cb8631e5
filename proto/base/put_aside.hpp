// Files of ours that turn out to be damaged, empty or cut short: put aside with a word, so that a new one can take their place
// and a person can look at the old one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"

namespace muster::base {

// Of one file that are kept; beyond that the oldest goes.
inline constexpr std::size_t kPutAsideKept = 8;

struct Damage {
  std::string_view what;  // the file, in words: "list of bans"
  std::string_view then;  // what follows: "what the bus retains counts"
  std::string why;        // how it is damaged
};

// Renames FILE to FILE.damaged-<time>, which is logged as an error with `what`, `then` and `why`; gives the new name.
// FILE is free then. `now_ms` is Unix time, for the name alone. Errc::io, logged as well, when it cannot be renamed.
Result<std::filesystem::path> put_aside(const std::filesystem::path& file, const Damage& damage,
                                        std::int64_t now_ms = SystemClock().unix_ms());

// The same, but FILE stays as well, for whoever replaces it by what could be read of it: until that is done, it is read again.
// What was kept aside before and is still FILE is not kept twice. Errc::io, logged as well, where no second name can be given.
Result<std::filesystem::path> keep_aside(const std::filesystem::path& file, const Damage& damage,
                                         std::int64_t now_ms = SystemClock().unix_ms());

// What was put aside in `folder` and below it since then (Unix time), by name. A folder that cannot be read holds none.
std::vector<std::filesystem::path> put_aside_since(const std::filesystem::path& folder,
                                                   std::int64_t since_ms);

}  // namespace muster::base
