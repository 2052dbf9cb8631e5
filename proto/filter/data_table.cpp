#include "proto/filter/data_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::filter {
namespace {

std::vector<std::string> keys_of(const Value& map) {
  std::vector<std::string> keys;
  for (const auto& entry : map.items()) keys.push_back(entry.key());
  return keys;
}

}  // namespace

Result<DataTable> DataTable::from(Value answers) {
  if (answers.is_null()) answers = Value::object();
  if (!answers.is_object())
    return fail(Errc::invalid_data, "data must be a map: PLUGIN: {ARGUMENT: {FIELD: VALUE}}");
  for (const auto& plugin : answers.items()) {
    const Value& calls = plugin.value();
    const bool maps =
        calls.is_object() &&
        std::all_of(calls.begin(), calls.end(), [](const Value& v) { return v.is_object(); });
    if (!maps)
      return fail(Errc::invalid_data,
                  fmt::format("data of {} must be {{ARGUMENT: {{FIELD: VALUE}}}}",
                              base::quoted(plugin.key())));
  }
  return DataTable(std::move(answers));
}

Result<Value> DataTable::query(std::string_view name,
                               const std::optional<std::string>& argument) const {
  const auto plugin = answers_.find(std::string(name));
  if (plugin == answers_.end())
    return fail(Errc::not_found, fmt::format("no data of {}{}", base::quoted(name),
                                             base::hint_for(name, keys_of(answers_))));
  const auto wanted = argument.value_or("");
  const auto answer = plugin->find(wanted);
  if (answer == plugin->end())
    return fail(Errc::not_found,
                fmt::format("no data of {} for {}{}", base::quoted(name), base::quoted(wanted),
                            base::hint_for(wanted, keys_of(*plugin))));
  return *answer;
}

}  // namespace muster::filter
