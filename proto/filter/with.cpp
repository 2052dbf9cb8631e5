#include "proto/filter/filter.hpp"

namespace muster::filter {

Result<Text> parse_with(std::string_view words) {
  constexpr std::string_view kSpaces = " \t";
  Text text;
  while (true) {
    words.remove_prefix(std::min(words.find_first_not_of(kSpaces), words.size()));
    if (words.empty()) break;
    const std::string part(words.substr(0, words.find_first_of(kSpaces)));
    words.remove_prefix(part.size());
    const bool fact = !part.starts_with('/') && part.find_first_of("=<>!") != std::string::npos;
    (fact ? text.facts : text.classes).push_back(part);
  }
  if (text.empty()) return fail(Errc::invalid_data, "-W: the filter is empty");
  if (auto parsed = Filter::parse(text); !parsed) return fail(parsed.error().within("-W"));
  return text;
}

}  // namespace muster::filter
