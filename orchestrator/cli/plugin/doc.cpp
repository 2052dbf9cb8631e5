#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "orchestrator/cli/plugin/plugin.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/render/wrap.hpp"
#include "proto/ddl/types.hpp"
#include "proto/ddl/validators.hpp"

namespace muster::cli {
namespace {

using render::Ink;
using render::labelled;
using render::Style;
using render::wrapped;

constexpr std::size_t kMetadataColumn = 14;
constexpr std::size_t kItemColumn = 22;
constexpr std::size_t kIndent = 3;

std::string heading(const ddl::Metadata& plugin, std::string_view kind, const Style& style) {
  std::string out = style(Ink::bold, fmt::format("{} {}", kind, plugin.name)) + "\n\n";
  out += wrapped(plugin.description, kIndent) + "\n";
  const auto row = [&](std::string_view label, const std::string& text) {
    if (!text.empty()) out += labelled("   " + std::string(label), text, kMetadataColumn);
  };
  row("Version", plugin.version);
  row("Author", plugin.author);
  row("License", plugin.license);
  row("Home page", plugin.url);
  row("Timeout", fmt::format("{} s", plugin.timeout.count()));
  row("Provider", plugin.provider);
  return out;
}

// "string, at most 40 characters, matches /^.+$/; optional".
std::string rules_of(const ddl::Input& input) {
  std::string out(ddl::name_of(input.type));
  if (input.type == ddl::Type::list) out = fmt::format("one of {}", fmt::join(input.list, ", "));
  if (input.maxlength > 0) out += fmt::format(", at most {} characters", input.maxlength);
  if (const auto demand = ddl::what_it_demands(input.validation); !demand.empty())
    out += fmt::format(", {}", demand);
  else if (!input.validation.empty())
    out += fmt::format(", must match /{}/", input.validation);
  if (!input.default_value.is_null())
    out += fmt::format("; otherwise {}", render::value_text(input.default_value));
  else if (input.optional)
    out += "; optional";
  return out;
}

std::string item(const std::string& name, const std::string& text, const std::string& rules) {
  const auto label = "      " + name;
  auto out = labelled(label, text.empty() ? rules : text, kItemColumn);
  if (!text.empty()) out += wrapped(rules, kItemColumn);
  return out;
}

std::string outputs_text(const std::vector<ddl::Output>& outputs) {
  std::string out;
  for (const auto& output : outputs) {
    std::string rules = output.type.empty() ? "" : output.type;
    if (!output.default_value.is_null())
      rules += fmt::format("{}otherwise {}", rules.empty() ? "" : "; ",
                           render::value_text(output.default_value));
    out += item(output.name, output.description, rules);
  }
  return out;
}

std::string part(const std::string& title, const std::string& rows, const Style& style) {
  return rows.empty() ? "" : "\n   " + style(Ink::dim, title) + "\n" + rows;
}

std::string example_of(const ddl::Input& input) {
  const auto word = input.name + "=…";
  const bool needed = !input.optional && input.default_value.is_null();
  return needed ? word : "[" + word + "]";
}

// "muster rpc service restart service=… [force=…]"
std::string call_of(const ddl::Agent& agent, const ddl::Action& action) {
  std::string out = fmt::format("muster rpc {} {}", agent.name, action.name);
  for (const bool needed : {true, false})
    for (const auto& input : action.inputs)
      if (const auto word = example_of(input); (word.front() != '[') == needed) out += " " + word;
  return out;
}

std::string shown_when(ddl::Display display) {
  switch (display) {
    case ddl::Display::ok:
      return "Only replies that are ok are shown.";
    case ddl::Display::failed:
      return "Only failures are shown; -v shows all.";
    case ddl::Display::always:
      break;
  }
  return "";
}

std::string action_text(const ddl::Agent& agent, const ddl::Action& action, const Style& style) {
  std::string out = "\n" + style(Ink::bold, action.name) + "\n\n";
  out += wrapped(action.description, kIndent);
  if (const auto shown = shown_when(action.display); !shown.empty()) out += wrapped(shown, kIndent);
  out += "\n" + wrapped(call_of(agent, action), kIndent);
  std::string inputs;
  for (const auto& input : action.inputs)
    inputs += item(input.name, input.description, rules_of(input));
  std::string summaries;
  for (const auto& aggregate : action.aggregates)
    summaries += wrapped(fmt::format("{} of {}", aggregate.function, aggregate.output), 6);
  return out + part("Inputs", inputs, style) +
         part("Outputs", outputs_text(action.outputs), style) + part("Summaries", summaries, style);
}

}  // namespace

std::string agent_page(const ddl::Agent& agent, const Style& style) {
  auto out = heading(agent, "agent", style);
  auto names = agent.action_names();
  std::sort(names.begin(), names.end());
  out += labelled("   Actions", fmt::format("{}", fmt::join(names, ", ")), kMetadataColumn);
  for (const auto& action : agent.actions) out += action_text(agent, action, style);
  return out;
}

std::string data_page(const ddl::Data& data, const Style& style) {
  auto out = heading(data, "data plugin", style);
  const auto output = data.outputs.front().name;
  const auto argument = data.query ? "'" + data.query->prompt + "'" : "";
  out += "\n" + wrapped(fmt::format("muster find -S \"{}({}).{}=…\"", data.name, argument, output),
                        kIndent);
  if (data.query)
    out += part("Query", item(data.query->prompt, data.query->description, rules_of(*data.query)),
                style);
  return out + part("Outputs", outputs_text(data.outputs), style);
}

}  // namespace muster::cli
