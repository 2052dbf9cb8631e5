#include "proto/filter/data_term.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/names.hpp"

namespace muster::filter {
namespace {

// Always in quotes, as MCollective wants it.
std::string quoted_argument(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// MCollective knows its plugins however their name is written.
std::string in_lower_case(std::string_view name) {
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

Status check_name(const Scanner& scanner, std::size_t begin, std::string_view what,
                  const std::string& name) {
  if (auto word = base::check_word(what, name); !word)
    return scanner.error_at(begin, word.error().message);
  return {};
}

Result<std::optional<std::string>> parse_argument(Scanner& scanner) {
  scanner.skip_spaces();
  std::optional<std::string> argument;
  if (scanner.rest().starts_with('\'') || scanner.rest().starts_with('"')) {
    MUSTER_ASSIGN(argument, scanner.quoted());
    scanner.skip_spaces();
  }
  if (!scanner.take(")"))
    return scanner.error("one argument in quotes, or none, and ')' must stand here");
  return argument;
}

}  // namespace

Truth DataTerm::evaluate(const Subject& subject) const {
  return explain(subject).answer;
}

Explanation DataTerm::explain(const Subject& subject) const {
  Explanation out;
  out.term = printed();
  out.answer = Truth::broken;
  const Result<Value> answer = subject.data
                                   ? subject.data->query(call_.plugin, call_.argument)
                                   : Result<Value>(fail(Errc::unavailable, "no data plugins here"));
  if (!answer || !answer->is_object()) {
    out.found = answer ? "the plugin's answer is no map" : answer.error().message;
    return out;
  }
  const auto field = answer->find(call_.field);
  if (field == answer->end()) {
    out.answer = Truth::no;
    out.found = "absent";
    return out;
  }
  out.answer =
      rule_ ? truth(compares_as_version(*rule_, *field, comparison_.op(), *comparison_.text()))
            : comparison_.holds_for_data(*field);
  out.found = shown(*field);
  if (out.answer == Truth::broken) out.found += ", which cannot be compared with that";
  return out;
}

std::string DataTerm::printed() const {
  const auto call =
      fmt::format("{}({}).{}", call_.plugin, call_.argument ? quoted_argument(*call_.argument) : "",
                  call_.field);
  const auto left = rule_ ? fmt::format("{}({})", function_of(*rule_), call) : call;
  return left + " " + comparison_.printed();
}

Result<DataCall> parse_data_call(Scanner& scanner) {
  DataCall call;
  const auto name_at = scanner.position();
  call.plugin = in_lower_case(scanner.name());
  MUSTER_TRY(check_name(scanner, name_at, "data plugin", call.plugin));
  scanner.take("(");
  MUSTER_ASSIGN(call.argument, parse_argument(scanner));
  if (!scanner.take(".")) return scanner.error("'.field' must follow a data function");
  const auto field_at = scanner.position();
  call.field = scanner.name();
  MUSTER_TRY(check_name(scanner, field_at, "field", call.field));
  return call;
}

Result<TermPtr> parse_data(Scanner& scanner) {
  MUSTER_ASSIGN(auto call, parse_data_call(scanner));
  MUSTER_ASSIGN(auto comparison, scanner.comparison());
  return std::make_unique<DataTerm>(std::move(call), std::move(comparison));
}

}  // namespace muster::filter
