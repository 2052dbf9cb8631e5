#include "proto/ddl/to_json.hpp"

#include "proto/ddl/types.hpp"

namespace muster::ddl {
namespace {

Value json_of(const Input& input) {
  Value json{{"prompt", input.prompt},
             {"description", input.description},
             {"type", name_of(input.type)},
             {"optional", input.optional},
             {"default", input.default_value}};
  if (input.type == Type::string) {
    json["validation"] = input.validation;
    json["maxlength"] = input.maxlength;
  }
  if (input.type == Type::list) json["list"] = input.list;
  if (input.guarded) json["guarded"] = true;
  return json;
}

Value json_of(const Output& output) {
  Value json{{"description", output.description},
             {"display_as", output.display_as},
             {"default", output.default_value}};
  if (!output.type.empty()) json["type"] = output.type;
  return json;
}

Value json_of(const Aggregate& aggregate) {
  Value options = Value::object();
  if (!aggregate.format.empty()) options["format"] = aggregate.format;
  for (const auto& [from, to] : aggregate.mapping) options[from] = to;
  Value args = Value::array({aggregate.output});
  if (!options.empty()) args.push_back(std::move(options));
  return {{"function", aggregate.function}, {"args", std::move(args)}};
}

std::string_view name_of(Display display) {
  switch (display) {
    case Display::ok:
      return "ok";
    case Display::failed:
      return "failed";
    case Display::always:
      break;
  }
  return "always";
}

Value json_of(const Action& action) {
  Value json{{"action", action.name},
             {"description", action.description},
             {"display", name_of(action.display)},
             {"input", Value::object()},
             {"output", Value::object()}};
  if (action.undeclared_inputs) json["undeclared_inputs"] = true;
  for (const auto& input : action.inputs) json["input"][input.name] = json_of(input);
  for (const auto& output : action.outputs) json["output"][output.name] = json_of(output);
  for (const auto& aggregate : action.aggregates) json["aggregate"].push_back(json_of(aggregate));
  return json;
}

}  // namespace

Value to_json(const Agent& agent) {
  Value metadata{{"name", agent.name},
                 {"description", agent.description},
                 {"author", agent.author},
                 {"license", agent.license},
                 {"version", agent.version},
                 {"url", agent.url},
                 {"timeout", agent.timeout.count()}};
  if (!agent.provider.empty()) metadata["provider"] = agent.provider;
  if (agent.service) metadata["service"] = true;
  Value actions = Value::array();
  for (const auto& action : agent.actions) actions.push_back(json_of(action));
  return {{"$schema", "https://choria.io/schemas/mcorpc/ddl/v1/agent.json"},
          {"metadata", std::move(metadata)},
          {"actions", std::move(actions)}};
}

}  // namespace muster::ddl
