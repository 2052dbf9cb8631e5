#include "proto/base/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/printable.hpp"

namespace muster::base {
namespace {

bool lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool upper(char c) {
  return c >= 'A' && c <= 'Z';
}
std::string in_lower_case(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (upper(c)) c = static_cast<char>(c - 'A' + 'a');
  return out;
}
bool one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

// Where `text` of valid UTF-8 can be cut to have at most `bytes`.
std::size_t cut_before(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text.size();
  constexpr std::size_t kFollowersMax = 3;
  std::size_t at = bytes;
  while (bytes - at < kFollowersMax && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80) --at;
  return at;
}

Status check_length(std::string_view what, std::string_view name) {
  if (name.empty()) return fail(Errc::invalid_data, fmt::format("{} is empty", what));
  if (name.size() > kNameMaxBytes)
    return fail(Errc::limit, fmt::format("{} {} is {} bytes long; the limit is {}", what,
                                         quoted(name), name.size(), kNameMaxBytes));
  return {};
}

}  // namespace

Status check_identity(std::string_view identity) {
  MUSTER_TRY(check_length("identity", identity));
  const bool ok = std::all_of(identity.begin(), identity.end(),
                              [](char c) { return lower_or_digit(c) || one_of(c, ".-_"); });
  if (ok && lower_or_digit(identity.front())) return {};
  const auto lower = in_lower_case(identity);
  return fail(Errc::invalid_data,
              fmt::format("identity {} is not a Puppet certname: use lower case letters, digits, "
                          "'.', '-' and '_', and begin with a letter or digit{}",
                          quoted(identity),
                          lower != identity && check_identity(lower)
                              ? fmt::format("; did you mean {}?", quoted(lower))
                              : ""));
}

Status check_word(std::string_view what, std::string_view word) {
  MUSTER_TRY(check_length(what, word));
  const bool ok = std::all_of(word.begin(), word.end(),
                              [](char c) { return lower_or_digit(c) || one_of(c, "-_"); });
  if (!ok || !lower_or_digit(word.front()))
    return fail(Errc::invalid_data,
                fmt::format("{} {} may hold only lower case letters, digits, '_' and '-'", what,
                            quoted(word)));
  return {};
}

Status check_caller(std::string_view caller) {
  MUSTER_TRY(check_length("caller", caller));
  const bool ok = std::all_of(caller.begin(), caller.end(), [](char c) {
    return lower_or_digit(c) || upper(c) || one_of(c, "_.-");
  });
  if (!ok)
    return fail(
        Errc::invalid_data,
        fmt::format("caller {} may hold only letters, digits, '_', '.' and '-'", quoted(caller)));
  return {};
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShownBytes = 80;
  const auto shown = text.substr(0, cut_before(text, kShownBytes));
  const char mark = one_of('\'', shown) && !one_of('"', shown) ? '"' : '\'';
  const char marks[] = {mark, '\\'};
  const auto inside = printable_quoted(shown, {marks, sizeof marks});
  return fmt::format("{0}{1}{2}{0}", mark, inside, shown.size() < text.size() ? "…" : "");
}

}  // namespace muster::base
