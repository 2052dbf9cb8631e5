#include "proto/ddl/texts.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::ddl {

namespace {

std::string_view find(const std::vector<Text>& all, std::string_view name) {
  for (const auto& entry : all)
    if (entry.name == name) return entry.json;
  return {};
}

tl::unexpected<Error> unknown(std::string_view kind, std::string_view name,
                              const std::vector<Text>& all) {
  std::vector<std::string> known;
  for (const auto& entry : all) known.emplace_back(entry.name);
  return fail(Errc::unknown_action, fmt::format("no {} {} is built in{}", kind, base::quoted(name),
                                                base::hint_for(name, known)));
}

}  // namespace

std::string_view text(std::string_view agent) {
  return find(texts(), agent);
}

Result<Agent> built_in(std::string_view agent) {
  const auto json = text(agent);
  if (json.empty()) return unknown("agent", agent, texts());
  return parse(json, fmt::format("ddl/agent/{}.json", agent));
}

// One that is compiled in and does not parse is our own mistake, which DdlTextsTest finds: value() throws.
Lazy<Agent> built_in_at_use(std::string_view agent) {
  std::string name(agent);
  return {name, [name] { return built_in(name).value(); }};
}

std::string_view data_text(std::string_view plugin) {
  return find(data_texts(), plugin);
}

Result<Data> built_in_data(std::string_view plugin) {
  const auto json = data_text(plugin);
  if (json.empty()) return unknown("data plugin", plugin, data_texts());
  return parse_data(json, fmt::format("ddl/data/{}.json", plugin));
}

Lazy<Data> built_in_data_at_use(std::string_view plugin) {
  std::string name(plugin);
  return {name, [name] { return built_in_data(name).value(); }};
}

}  // namespace muster::ddl
