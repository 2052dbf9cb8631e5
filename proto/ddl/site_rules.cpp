#include "proto/ddl/site_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/ddl/ddl.hpp"
#include "proto/ddl/format.hpp"
#include "proto/ddl/validators.hpp"

namespace muster::ddl {
namespace {

base::Guarded<std::shared_ptr<const SiteRules>>& current() {
  static base::Guarded<std::shared_ptr<const SiteRules>> rules(std::make_shared<const SiteRules>());
  return rules;
}

tl::unexpected<Error> wrong(const std::filesystem::path& file, const std::string& name,
                            std::string_view why) {
  return fail(Errc::config, fmt::format("{}: {}: {}", file.string(), name, why));
}

// A map of names; empty when there is no such file.
Result<Value> read_names(const std::filesystem::path& file, const std::vector<std::string>& taken) {
  const auto text = base::read_file(file);
  if (!text && text.error().code == Errc::not_found) return Value::object();
  if (!text) return fail(text.error());
  auto map = base::yaml_to_value(*text, file.string());
  if (!map) return fail(Errc::config, map.error().message);
  if (map->is_null()) return Value::object();
  if (!map->is_object() || map->size() > kSiteRulesMax)
    return fail(Errc::config, fmt::format("{}: a map of at most {} names must stand here",
                                          file.string(), kSiteRulesMax));
  for (const auto& [name, unused] : map->items()) {
    if (!is_validator_name(name))
      return wrong(file, name, "a name is of letters, 0-9, _ and -, and begins with a-z");
    if (std::find(taken.begin(), taken.end(), name) != taken.end())
      return wrong(file, name, "Muster has it itself");
  }
  return std::move(*map);
}

Status add_validators(const std::filesystem::path& file, SiteRules& rules) {
  MUSTER_ASSIGN(const auto names, read_names(file, validator_names()));
  for (const auto& [name, rule] : names.items()) {
    if (!rule.is_string()) return wrong(file, name, "must be a regular expression, in quotes");
    const auto regex = rule.get<std::string>();
    if (is_validator_name(regex))
      return wrong(file, name, fmt::format("{} is no regular expression", base::quoted(regex)));
    if (auto valid = check_validation(regex); !valid)
      return wrong(file, name, valid.error().message);
    rules.validators.emplace(name, regex);
  }
  return {};
}

Result<std::string> scalar_text(const std::filesystem::path& file, const std::string& name,
                                const Value& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_structured() || value.is_null()) return wrong(file, name, "texts must stand here");
  return value.dump();
}

Result<SiteAggregate> read_aggregate(const std::filesystem::path& file, const std::string& name,
                                     const Value& entry) {
  SiteAggregate aggregate;
  if (!entry.is_object()) return wrong(file, name, "must be a map with 'function'");
  for (const auto& [key, value] : entry.items()) {
    if (key == "values" && value.is_object()) {
      for (const auto& [from, to] : value.items()) {
        MUSTER_ASSIGN(auto text, scalar_text(file, name, to));
        aggregate.mapping.emplace_back(from, std::move(text));
      }
    } else if (key == "function" || key == "format") {
      MUSTER_ASSIGN((key == "format" ? aggregate.format : aggregate.function),
                    scalar_text(file, name, value));
    } else {
      return wrong(file, name,
                   fmt::format("unknown key {}{}", base::quoted(key),
                               base::hint_for(key, {"function", "format", "values"})));
    }
  }
  const auto& known = aggregate_names();
  if (std::find(known.begin(), known.end(), aggregate.function) == known.end())
    return wrong(file, name,
                 fmt::format("unknown function {}{}", base::quoted(aggregate.function),
                             base::hint_for(aggregate.function, known)));
  if (auto format = parse_format(aggregate.format); !format)
    return wrong(file, name, format.error().message);
  return aggregate;
}

Status add_aggregates(const std::filesystem::path& file, SiteRules& rules) {
  MUSTER_ASSIGN(const auto names, read_names(file, aggregate_names()));
  for (const auto& [name, entry] : names.items()) {
    MUSTER_ASSIGN(auto aggregate, read_aggregate(file, name, entry));
    rules.aggregates.emplace(name, std::move(aggregate));
  }
  return {};
}

}  // namespace

Result<SiteRules> read_site_rules(const std::vector<std::filesystem::path>& folders) {
  SiteRules rules;
  for (const auto& folder : folders) {
    MUSTER_TRY(add_validators(folder / "validators.yaml", rules));
    MUSTER_TRY(add_aggregates(folder / "aggregates.yaml", rules));
  }
  return rules;
}

void use_site_rules(SiteRules rules) {
  auto shared = std::make_shared<const SiteRules>(std::move(rules));
  *base::Locked(current()) = std::move(shared);
}

std::shared_ptr<const SiteRules> site_rules() {
  return *base::Locked(current());
}

}  // namespace muster::ddl
