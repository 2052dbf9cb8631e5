#include "proto/policy/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/names.hpp"
#include "proto/filter/comparison.hpp"
#include "proto/filter/subject.hpp"
#include "proto/policy/callers.hpp"
#include "proto/policy/lines.hpp"

namespace muster::policy {
namespace {

constexpr std::string_view kOperators = "=<>!~";
constexpr std::size_t kArgumentNameMaxBytes = 64;  // as in descriptions of agents

Status check_argument_name(std::string_view name) {
  const bool ok = !name.empty() && name.size() <= kArgumentNameMaxBytes &&
                  std::all_of(name.begin(), name.end(), [](char c) {
                    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '_' || c == '-';
                  });
  if (ok) return {};
  return fail(Errc::config,
              fmt::format("{} cannot be the name of an argument: write NAME, !NAME or NAME=VALUE, "
                          "separated by spaces",
                          base::quoted(name)));
}

// A list must not hold because one of its elements does: ["rm", "uptime"] is not uptime.
Value comparable(const Value& value) {
  return value.is_structured() ? Value(value.dump(-1, ' ', false, Value::error_handler_t::replace))
                               : value;
}

// "command=/^a$/" as "command=/(?-m)^a$/"; empty when nothing in it is a regular expression.
std::string for_the_whole(const std::string& word, std::size_t operator_at) {
  const auto* op = filter::operator_at(std::string_view(word).substr(operator_at));
  if (op == nullptr) return "";
  auto at = operator_at + op->spelling.size();
  const bool slashes = at < word.size() && word[at] == '/';
  if (!slashes && !op->regex) return "";
  auto out = word;
  return out.insert(at + (slashes ? 1 : 0), "(?-m)");
}

Result<filter::Filter> comparison(const std::string& text) {
  filter::Text compared;
  compared.facts = {text};
  return filter::Filter::parse(compared);
}

}  // namespace

Result<Arguments::Word> Arguments::parse_word(const std::string& text) {
  Word word;
  word.absent = text.starts_with('!');
  const auto rest = std::string_view(text).substr(word.absent ? 1 : 0);
  const auto end = std::min(rest.find_first_of(kOperators), rest.size());
  word.name = rest.substr(0, end);
  MUSTER_TRY(check_argument_name(word.name));
  if (end == rest.size()) return word;
  if (word.absent)
    return fail(Errc::config, fmt::format("{} both negates and compares: write !{} or {}!=VALUE",
                                          base::quoted(text), word.name, word.name));
  MUSTER_ASSIGN(word.compares, comparison(text));
  if (const auto whole = for_the_whole(text, end); !whole.empty()) {
    MUSTER_ASSIGN(word.whole, comparison(whole));
  }
  return word;
}

Result<Arguments> Arguments::parse(std::string_view text) {
  Arguments out;
  const auto words = split(text, " ");
  MUSTER_ASSIGN(out.any_, is_any("args", words));
  if (out.any_) return out;
  for (const auto& one : words) {
    MUSTER_ASSIGN(auto word, parse_word(one));
    out.words_.push_back(std::move(word));
  }
  return out;
}

bool Arguments::holds(const Word& word, const Value& arguments, bool allow) {
  const auto found = arguments.is_object() ? arguments.find(word.name) : arguments.end();
  const bool there = arguments.is_object() && found != arguments.end() && !found->is_null();
  if (word.absent || !there) return word.absent && !there;
  if (word.compares.empty()) return true;
  const Value facts{{word.name, comparable(*found)}};
  filter::Subject subject;
  subject.facts = &facts;
  const bool by_lines = word.compares.matches(subject);
  if (word.whole.empty()) return by_lines;
  const bool whole = word.whole.matches(subject);
  return allow ? by_lines && whole : by_lines || whole;
}

bool Arguments::hold(const Value& arguments, bool allow) const {
  return any_ || std::all_of(words_.begin(), words_.end(),
                             [&](const Word& word) { return holds(word, arguments, allow); });
}

bool Arguments::names(std::string_view argument) const {
  return any_ || std::any_of(words_.begin(), words_.end(), [&](const Word& word) {
           return !word.absent && word.name == argument;
         });
}

std::vector<std::string> Arguments::named() const {
  std::vector<std::string> out;
  for (const auto& word : words_) out.push_back(word.name);
  return out;
}

}  // namespace muster::policy
