#include "proto/filter/data_term.hpp"

#include <fmt/format.h>

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
  if (!subject.data) return Truth::broken;
  const auto answer = subject.data->query(call_.plugin, call_.argument);
  if (!answer || !answer->is_object()) return Truth::broken;
  const auto field = answer->find(call_.field);
  return truth(field != answer->end() && comparison_.holds_for_data(*field));
}

std::string DataTerm::printed() const {
  return fmt::format("{}({}).{} {}", call_.plugin,
                     call_.argument ? quoted_argument(*call_.argument) : "", call_.field,
                     comparison_.printed());
}

Result<TermPtr> parse_data(Scanner& scanner) {
  DataCall call;
  const auto name_at = scanner.position();
  call.plugin = scanner.name();
  MUSTER_TRY(check_name(scanner, name_at, "data plugin", call.plugin));
  scanner.take("(");
  MUSTER_ASSIGN(call.argument, parse_argument(scanner));
  if (!scanner.take(".")) return scanner.error("'.field' must follow a data function");
  const auto field_at = scanner.position();
  call.field = scanner.name();
  MUSTER_TRY(check_name(scanner, field_at, "field", call.field));
  MUSTER_ASSIGN(auto comparison, scanner.comparison());
  return std::make_unique<DataTerm>(std::move(call), std::move(comparison));
}

}  // namespace muster::filter
