#include <algorithm>

#include "proto/filter/class_term.hpp"
#include "proto/filter/fact_term.hpp"
#include "proto/filter/scanner.hpp"
#include "proto/filter/text.hpp"

namespace muster::filter {
namespace {

Status check_part(Scanner scanner, bool fact) {
  MUSTER_TRY(scanner.check());
  MUSTER_TRY(scanner.count_term());
  if (operator_at(scanner.rest()))
    return scanner.error("the name of a fact must stand right before this, without a space");
  MUSTER_TRY(fact ? parse_whole_fact(scanner) : parse_whole_class(scanner));
  return {};
}

}  // namespace

Result<Text> parse_with(std::string_view words) {
  constexpr std::string_view kSpaces = " \t";
  const auto whole = words;
  Budget budget;
  Text text;
  while (true) {
    words.remove_prefix(std::min(words.find_first_not_of(kSpaces), words.size()));
    if (words.empty()) break;
    const auto part = words.substr(0, words.find_first_of(kSpaces));
    words.remove_prefix(part.size());
    const bool fact = !part.starts_with('/') && part.find_first_of("=<>!") != std::string::npos;
    Scanner scanner("-W", part, budget);
    scanner.show_in(whole);
    MUSTER_TRY(check_part(scanner, fact));
    (fact ? text.facts : text.classes).emplace_back(part);
  }
  if (text.empty()) return fail(Errc::invalid_data, "-W: the filter is empty");
  return text;
}

}  // namespace muster::filter
