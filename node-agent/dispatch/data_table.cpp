#include "node-agent/dispatch/data_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::agent {
namespace {

const std::string& name_of(const std::shared_ptr<plugins::DataPlugin>& plugin) {
  return plugin->name();
}

std::optional<std::string> as_argument(const Value& checked) {
  if (checked.is_null()) return std::nullopt;
  return checked.is_string() ? checked.get<std::string>() : checked.dump();
}

Result<Value> ask(plugins::DataPlugin& plugin, const std::optional<std::string>& argument) {
  try {
    return plugin.query(argument);
  } catch (const std::exception& error) {
    return fail(Errc::unknown, error.what());
  }
}

Status check_output(const ddl::Output& output, const Value& value) {
  if (value.is_structured() || value.is_binary())
    return fail(Errc::unknown,
                fmt::format("its output {} is neither text, number nor boolean", output.name));
  if (value.is_string() && value.get_ref<const std::string&>().size() > kDataTextMaxBytes)
    return fail(Errc::limit, fmt::format("its output {} is larger than {} bytes", output.name,
                                         kDataTextMaxBytes));
  return {};
}

Result<Value> described_outputs(const ddl::Data& ddl, const Value& answer) {
  if (!answer.is_object()) return fail(Errc::unknown, "its answer is no map");
  Value outputs = Value::object();
  for (const auto& output : ddl.outputs) {
    const auto found = answer.find(output.name);
    if (found == answer.end()) continue;
    MUSTER_TRY(check_output(output, *found));
    outputs[output.name] = *found;
  }
  ddl::fill_outputs(ddl.outputs, outputs);
  return outputs;
}

}  // namespace

DataTable::DataTable(Plugins built_in) : built_in_(std::move(built_in)) {
  std::erase_if(built_in_, [](const auto& plugin) { return !plugin->active(); });
  replace_others({});
}

void DataTable::replace_others(Plugins others) {
  auto plugins = built_in_;
  plugins.insert(plugins.end(), others.begin(), others.end());
  std::stable_sort(plugins.begin(), plugins.end(),
                   [](const auto& a, const auto& b) { return name_of(a) < name_of(b); });
  const auto twice = std::unique(plugins.begin(), plugins.end(), [](const auto& a, const auto& b) {
    return name_of(a) == name_of(b);
  });
  plugins.erase(twice, plugins.end());
  base::Locked(plugins_)->swap(plugins);  // those of before end outside the lock
}

std::vector<std::string> DataTable::names() const {
  const base::Locked plugins(plugins_);
  std::vector<std::string> names;
  for (const auto& plugin : *plugins) names.push_back(name_of(plugin));
  return names;
}

std::shared_ptr<plugins::DataPlugin> DataTable::find(std::string_view name) const {
  const base::Locked plugins(plugins_);
  for (const auto& plugin : *plugins)
    if (name_of(plugin) == name) return plugin;
  return nullptr;
}

std::chrono::seconds DataTable::patience(const std::vector<std::string>& names) const {
  std::chrono::seconds sum{0};
  for (const auto& name : names)
    if (const auto plugin = find(name)) sum += plugin->ddl().timeout;
  return sum;
}

Result<Value> DataTable::query(std::string_view name,
                               const std::optional<std::string>& argument) const {
  const auto plugin = find(name);
  if (plugin == nullptr)
    return fail(Errc::not_found, fmt::format("no data plugin {} here{}", base::quoted(name),
                                             base::hint_for(name, names())));
  MUSTER_ASSIGN(const auto checked, ddl::check_query(plugin->ddl(), argument));
  auto answer = ask(*plugin, as_argument(checked));
  auto outputs = answer ? described_outputs(plugin->ddl(), *answer) : std::move(answer);
  if (!outputs) return fail(outputs.error().within(fmt::format("data plugin {}", name)));
  return outputs;
}

}  // namespace muster::agent
