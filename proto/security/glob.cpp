#include "proto/security/glob.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"

namespace muster::security {
namespace {

// `fits` says whether a pattern's character other than '*' stands for the text's.
template <class Fits>
bool glob_walk(std::string_view pattern, std::string_view text, Fits fits) {
  std::size_t p = 0;
  std::size_t t = 0;
  auto star = std::string_view::npos;  // the latest '*', to which we come back
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && fits(pattern[p], text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

bool glob_match(std::string_view pattern, std::string_view text) {
  return glob_walk(pattern, text, [](char p, char t) { return p == '?' || p == t; });
}

// The narrow pattern is read as a text in which '*' stands for runs that only a '*' can cover.
bool glob_covers(std::string_view wide, std::string_view narrow) {
  return glob_walk(wide, narrow, [](char w, char n) { return n != '*' && (w == '?' || w == n); });
}

bool glob_is_exact(std::string_view pattern) {
  return pattern.find_first_of("*?") == std::string_view::npos;
}

Status check_identity_glob(std::string_view glob) {
  auto plain = std::string(glob);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == '*' || c == '?'; }, 'x');
  const auto checked = base::check_identity(plain);
  if (checked) return {};
  if (checked.error().code == Errc::limit)
    return fail(Errc::limit, fmt::format("the pattern {} is {} bytes long; the limit is {}",
                                         base::quoted(glob), glob.size(), base::kNameMaxBytes));
  return fail(Errc::invalid_data,
              fmt::format("{} is no pattern for identities: use lower case letters, digits, '.', "
                          "'-', '_', and '*' or '?' for what varies",
                          base::quoted(glob)));
}

}  // namespace muster::security
