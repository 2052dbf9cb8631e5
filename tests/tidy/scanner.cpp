#include "tests/tidy/scanner.hpp"

#include <algorithm>
#include <regex>

#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

// Where the literal or comment that starts at `at` ends; `at` itself when none starts there.
std::size_t end_of_literal(std::string_view text, std::size_t at) {
  const auto rest = text.substr(at);
  const auto after = [&](std::string_view close, std::size_t from) {
    const auto found = rest.find(close, from);
    return found == std::string_view::npos ? text.size() : at + found + close.size();
  };
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return after("*/", 2);
  if (rest.starts_with("R\"")) {
    const auto open = rest.find('(');
    return open == std::string_view::npos
               ? at
               : after(")" + std::string(rest.substr(2, open - 2)) + "\"", open);
  }
  if (rest.front() != '"' && rest.front() != '\'') return at;
  // The ' of 1'000 is no literal.
  if (rest.front() == '\'' && at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0)
    return at;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '\\')
      ++i;
    else if (rest[i] == rest.front() || rest[i] == '\n')
      return at + i + 1;
  }
  return text.size();
}

// Whether the text before a brace is a function's head and not a class, a namespace or an
// initialiser.
bool is_function_head(std::string head) {
  static const std::regex other(
      R"(^\s*(namespace|class|struct|enum|union|extern|template\s*<.*>\s*(class|struct))\b)");
  if (head.find(')') == std::string::npos || std::regex_search(head, other)) return false;
  const auto equals = head.find(" = ");
  return equals == std::string::npos || head.find('(') < equals;
}

}  // namespace

std::string without_literals(std::string_view text) {
  std::string out(text);
  for (std::size_t at = 0; at < out.size();) {
    const auto end = end_of_literal(text, at);
    for (std::size_t i = at; i < end; ++i)
      if (out[i] != '\n') out[i] = ' ';
    at = std::max(end, at + 1);
  }
  bool continued = false;
  std::size_t start = 0;
  for (const auto& line : lines_of(std::string(out))) {
    const bool directive = continued || line.starts_with('#');
    continued = directive && line.ends_with('\\');
    if (directive) std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(start), line.size(), ' ');
    start += line.size() + 1;
  }
  return out;
}

std::vector<Function> functions_in(std::string_view text) {
  std::vector<Function> found;
  const auto plain = without_literals(text);
  std::string head;
  std::size_t line = 1;
  std::size_t depth = 0;  // inside a function, its own brace being 1
  for (const char c : plain) {
    if (c == '\n') ++line;
    if (depth > 0) {
      depth += c == '{' ? 1U : 0U;
      depth -= c == '}' ? 1U : 0U;
      if (depth == 0) found.back().lines = line - found.back().line + 1;
      continue;
    }
    if (c == '{' && is_function_head(head)) {
      found.push_back({line, 0});
      depth = 1;
    }
    if (c == ';' || c == '{' || c == '}')
      head.clear();
    else
      head += c;
  }
  return found;
}

std::vector<std::string> includes_in(std::string_view text) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::vector<std::string> found;
  for (const auto& line : lines_of(text))
    if (std::smatch match; std::regex_search(line, match, include)) found.push_back(match[1]);
  return found;
}

}  // namespace muster::tidy
