#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/format.hpp"
#include "proto/ddl/parsers.hpp"
#include "proto/ddl/site_rules.hpp"

namespace muster::ddl {
namespace {

constexpr std::size_t kMappingMax = 100;  // values of one aggregate that are shown as other text

bool counts(const Aggregate& aggregate) {
  return aggregate.function == "summary" || aggregate.function == "boolean_summary";
}

// What a function's format is given: a value and its count, or one figure.
Status check_format(const JsonCursor& at, const Aggregate& aggregate) {
  auto format = parse_format(aggregate.format);
  if (!format) return at.error(format.error().message);
  const std::size_t takes = counts(aggregate) ? 2 : 1;
  const auto& directives = format->directives;
  if (directives.empty() || directives.size() > takes)
    return at.error(
        fmt::format("format {} must hold {}, not {} directives", base::quoted(aggregate.format),
                    takes == 2 ? "one or two (value, count)" : "one", directives.size()));
  const bool text_only = takes == 2 || aggregate.function == "chart";
  if (text_only && directives.front().conversion != 's')
    return at.error(fmt::format("format {}: {} needs %s", base::quoted(aggregate.format),
                                takes == 2 ? "the value comes first and" : "a chart"));
  return {};
}

Result<std::string> text_of(const JsonCursor& at) {
  const auto& value = at.value();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_structured() || value.is_null())
    return at.error("must be a string, a number or a boolean");
  return value.dump();
}

Status read_options(const JsonCursor& at, Aggregate& aggregate) {
  MUSTER_TRY(at.is_map());
  if (at.value().size() > kMappingMax)
    return at.error(
        fmt::format("{} values are mapped; the limit is {}", at.value().size(), kMappingMax));
  for (const auto& [key, entry] : at.entries()) {
    MUSTER_ASSIGN(auto text, text_of(entry));
    if (key == "format") {
      aggregate.format = std::move(text);
      MUSTER_TRY(check_format(entry, aggregate));
    } else if (counts(aggregate)) {
      aggregate.mapping.emplace_back(key, std::move(text));
    } else {
      return at.error(
          fmt::format("{} maps no values{}", aggregate.function, base::hint_for(key, {"format"})));
    }
  }
  return {};
}

// "exitcode", or ["exitcode"] as converted DDLs write it.
Result<std::string> output_name(const JsonCursor& at) {
  const Value* name = &at.value();
  if (name->is_array() && name->size() == 1) name = &name->front();
  if (!name->is_string()) return at.error("must be the name of an output");
  return name->get<std::string>();
}

}  // namespace

const std::vector<std::string>& aggregate_names() {
  static const std::vector<std::string> names{"summary", "boolean_summary", "average", "sum",
                                              "chart"};
  return names;
}

namespace {

// Of somebody else's function the arguments are its own, but for the output that it begins with.
Result<Aggregate> parse_foreign(const JsonCursor& at, Aggregate aggregate) {
  if (site_rules()->aggregates.count(aggregate.function) == 0)
    at.warn(fmt::format("unknown function {}{}; there will be no such summary",
                        base::quoted(aggregate.function),
                        base::hint_for(aggregate.function, aggregate_names())));
  const auto args = at.list("args");
  if (!args || args->empty()) return aggregate;
  if (const auto output = output_name(args->front())) aggregate.output = *output;
  return aggregate;
}

}  // namespace

Result<Aggregate> parse_aggregate(const JsonCursor& at, const Action& action) {
  MUSTER_TRY(at.only_keys({"function", "args"}));
  Aggregate aggregate;
  MUSTER_ASSIGN(aggregate.function, at.text("function"));
  const auto& known = aggregate_names();
  if (std::find(known.begin(), known.end(), aggregate.function) == known.end())
    return parse_foreign(at, std::move(aggregate));
  MUSTER_ASSIGN(const auto args, at.list("args"));
  if (args.empty() || args.size() > 2)
    return at.error("args must be the name of an output, and at most one map of options behind it");
  MUSTER_ASSIGN(aggregate.output, output_name(args.front()));
  std::vector<std::string> outputs;
  for (const auto& output : action.outputs) outputs.push_back(output.name);
  if (std::find(outputs.begin(), outputs.end(), aggregate.output) == outputs.end())
    return at.error(fmt::format("no output {} to {}{}", base::quoted(aggregate.output),
                                aggregate.function, base::hint_for(aggregate.output, outputs)));
  if (args.size() == 2) MUSTER_TRY(read_options(args.back(), aggregate));
  return aggregate;
}

}  // namespace muster::ddl
