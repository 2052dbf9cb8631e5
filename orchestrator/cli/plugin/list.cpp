#include "orchestrator/cli/discovery/method.hpp"
#include "orchestrator/cli/plugin/plugin.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/render/wrap.hpp"
#include "plugins/aggregates/function.hpp"
#include "proto/ddl/site_rules.hpp"
#include "proto/ddl/validators.hpp"

namespace muster::cli {
namespace {

using render::Ink;

constexpr std::size_t kTextColumn = 20;

std::string about(Method method) {
  switch (method) {
    case Method::automatic:
      return "the best of direct, snapshot, presence and broadcast";
    case Method::direct:
      return "names alone: nobody is asked";
    case Method::snapshot:
      return "an orchestrator, from presence and registrations";
    case Method::presence:
      return "from what nodes keep on the bus";
    case Method::broadcast:
      return "nodes judge the filter themselves";
    case Method::registry:
      return "an orchestrator that keeps what nodes register";
    case Method::file:
      return "names in a file";
    case Method::piped:
      return "names on stdin";
    case Method::external:
      return "a program that speaks Choria's discovery protocol";
  }
  return "";
}

std::string section(const std::string& title, const std::string& rows, const render::Style& style) {
  if (rows.empty()) return "";
  return style(Ink::bold, title) + "\n\n" + rows + "\n";
}

std::string rows_of(const std::vector<NamedThing>& things) {
  std::string rows;
  for (const auto& thing : things)
    rows += render::labelled("   " + thing.name, thing.description, kTextColumn);
  return rows;
}

std::string row_of(const Plugin& plugin, const render::Style& style) {
  if (plugin.error.empty()) {
    auto text = plugin.description + " (" + plugin.version;
    if (!plugin.file.empty()) text += ", " + plugin.file.string();
    return render::labelled("   " + plugin.name, text + ")", kTextColumn);
  }
  return style(Ink::red, render::labelled("   " + plugin.name, "cannot be used: " + plugin.error,
                                          kTextColumn));
}

Value json_of(const std::vector<NamedThing>& things) {
  Value list = Value::array();
  for (const auto& thing : things)
    list.push_back({{"name", thing.name}, {"description", thing.description}});
  return list;
}

Value json_of(const Plugin& plugin) {
  Value json{{"name", plugin.name},
             {"file", plugin.file.empty() ? Value(nullptr) : Value(plugin.file.string())}};
  if (!plugin.error.empty()) {
    json["error"] = plugin.error;
    return json;
  }
  json["description"] = plugin.description;
  json["version"] = plugin.version;
  return json;
}

}  // namespace

std::vector<NamedThing> aggregate_functions() {
  std::vector<NamedThing> things;
  for (const auto& function : aggregates::functions())
    things.push_back({std::string(function.name), std::string(function.description)});
  const auto sites = ddl::site_rules();
  for (const auto& [name, aggregate] : sites->aggregates)
    things.push_back({name, "the site's own, of " + aggregate.function});
  return things;
}

std::vector<NamedThing> validators() {
  std::vector<NamedThing> things;
  for (const auto& name : ddl::validator_names())
    things.push_back({name, std::string(ddl::what_it_demands(name))});
  const auto sites = ddl::site_rules();
  for (const auto& [name, regex] : sites->validators)
    things.push_back({name, "the site's own, must match /" + regex + "/"});
  things.push_back({"/regex/", "anything else is a regular expression that must match (RE2)"});
  return things;
}

std::vector<NamedThing> discovery_methods() {
  std::vector<NamedThing> things;
  for (const auto& name : method_names())
    if (const auto method = method_from(name)) things.push_back({name, about(*method)});
  return things;
}

std::string plugin_list_text(const DdlLibrary& library, const render::Style& style) {
  std::string agents;
  std::string data;
  for (const auto& plugin : library.plugins())
    (plugin.kind == PluginKind::agent ? agents : data) += row_of(plugin, style);
  return section("Agents", agents, style) + section("Data plugins", data, style) +
         section("Aggregate functions", rows_of(aggregate_functions()), style) +
         section("Validators", rows_of(validators()), style) +
         section("Discovery methods", rows_of(discovery_methods()), style) +
         "'muster plugin doc NAME' tells all about one.\n";
}

Value plugin_list_json(const DdlLibrary& library) {
  Value agents = Value::array();
  Value data = Value::array();
  for (const auto& plugin : library.plugins())
    (plugin.kind == PluginKind::agent ? agents : data).push_back(json_of(plugin));
  return {{"agents", std::move(agents)},
          {"data", std::move(data)},
          {"aggregates", json_of(aggregate_functions())},
          {"validators", json_of(validators())},
          {"discovery", json_of(discovery_methods())}};
}

}  // namespace muster::cli
