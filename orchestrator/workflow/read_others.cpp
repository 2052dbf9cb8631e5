#include "orchestrator/workflow/read_others.hpp"

#include <string>
#include <utility>

#include "orchestrator/workflow/read_word.hpp"
#include "orchestrator/workflow/templates.hpp"
#include "proto/base/names.hpp"

namespace muster::workflow {
namespace {

// "${steps.pick-db.identities}", and nothing beside it.
void read_named(base::StrictMap& map, Step& step, const Value& on) {
  step.scope = Scope::others;
  step.on = on.get<std::string>();
  auto names = names_in(on);
  if (!names) return map.complain("on", names.error().message);
  if (names->size() != 1 || step.on != "${" + names->front() + "}")
    return map.complain("on",
                        "'on' is one template that gives the name of a node, or a list of them");
  step.on_names = *std::move(names);
}

}  // namespace

void read_on(base::StrictMap& map, Step& step) {
  Value on;
  map.any("on", on);
  if (on.is_string() && on.get<std::string>().find("${") != std::string::npos)
    return read_named(map, step, on);
  if (!on.is_object())
    return read_word<Scope>(
        map, "on",
        {{"node", Scope::node}, {"master", Scope::master}, {"all-masters", Scope::all_masters}},
        step.scope);
  step.scope = Scope::others;
  map.map("on", [&](base::StrictMap& inner) { read_selection(inner, "filter", step.selection); });
  set_agent(step.selection, step.agent);
}

void read_choice(base::StrictMap& map, Step& step) {
  map.text("agent", step.selection.agent);
  if (map.has("agent"))
    if (auto ok = base::check_word("agent", step.selection.agent); !ok)
      map.complain("agent", ok.error().message);
  read_selection(map, "from", step.selection);
}

}  // namespace muster::workflow
