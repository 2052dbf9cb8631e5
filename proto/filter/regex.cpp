#include "proto/filter/regex.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include "proto/base/names.hpp"

namespace muster::filter {
namespace {

constexpr std::string_view kLineEnds = "(?m)";  // '^' and '$' as in Ruby

// RE2's reason, without the prefix that nobody typed.
std::string problem_of(const RE2& re2) {
  auto told = re2.error();
  const auto& quoted = re2.error_arg();
  if (quoted.starts_with(kLineEnds) && re2.pattern().starts_with(quoted) && told.ends_with(quoted))
    told.erase(told.size() - quoted.size(), kLineEnds.size());
  return told;
}

}  // namespace

struct Regex::Compiled {
  Compiled(std::string_view written, const RE2::Options& options)
      : pattern(written),
        re2(std::string(kLineEnds) + pattern, options),
        ignore_case(!options.case_sensitive()) {}
  std::string pattern;
  RE2 re2;
  bool ignore_case;
};

Result<Regex> Regex::compile(std::string_view pattern, bool ignore_case) {
  if (pattern.empty()) return fail(Errc::invalid_data, "the regular expression is empty");
  if (pattern.size() > kRegexMaxBytes)
    return fail(Errc::limit, fmt::format("a regular expression of {} bytes; the limit is {}",
                                         pattern.size(), kRegexMaxBytes));
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexMaxMemoryBytes);
  options.set_case_sensitive(!ignore_case);
  Regex out;
  auto compiled = std::make_shared<Compiled>(pattern, options);
  if (!compiled->re2.ok())
    return fail(Errc::invalid_data,
                fmt::format("not a regular expression: {}", problem_of(compiled->re2)));
  out.compiled_ = std::move(compiled);
  return out;
}

bool Regex::found_in(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), compiled_->re2);
}

std::string Regex::printed() const {
  // A bare '/' would end it; RE2 reads "\/" as the character.
  std::string out = "/";
  bool escaped = false;
  for (const char c : compiled_->pattern) {
    if (c == '/' && !escaped) out += '\\';
    escaped = c == '\\' && !escaped;
    out += c;
  }
  return out + (compiled_->ignore_case ? "/i" : "/");
}

Result<Regex> regex_from_slashes(std::string_view text) {
  const bool ignore_case = text.ends_with("/i");
  auto inner = text.substr(0, text.size() - (ignore_case ? 1 : 0));
  if (inner.size() < 2 || !inner.starts_with('/') || !inner.ends_with('/'))
    return fail(Errc::invalid_data, fmt::format("{} begins a regular expression that has no end; "
                                                "write /…/ or /…/i",
                                                base::quoted(text)));
  return Regex::compile(inner.substr(1, inner.size() - 2), ignore_case);
}

}  // namespace muster::filter
