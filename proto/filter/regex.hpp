// A regular expression of a filter: RE2, because filters come from the network and must run in
// linear time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::filter {

inline constexpr std::size_t kRegexMaxBytes = 1'024;  // its text
inline constexpr std::int64_t kRegexMaxMemoryBytes =
    128 * 1024;  // compiled, with what matching caches

// Thread-safe, shared by copies.
class Regex {
 public:
  // Errors tell RE2's reason. `ignore_case` is the flag of /re/i.
  static Result<Regex> compile(std::string_view pattern, bool ignore_case);
  // Found anywhere; '^' and '$' also mean the ends of a line, as in Ruby.
  bool found_in(std::string_view text) const;
  // "/re/" or "/re/i".
  std::string printed() const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

// The whole of `text` read as /re/ or /re/i; slashes inside need no escape. Errc::invalid_data
// otherwise.
Result<Regex> regex_from_slashes(std::string_view text);

}  // namespace muster::filter
