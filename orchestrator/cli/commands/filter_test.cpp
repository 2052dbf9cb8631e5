#include <unistd.h>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/node_files.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/filter.hpp"
#include "proto/base/names.hpp"
#include "proto/filter/data_table.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

struct FilterTestOptions {
  CallOptions filter;
  std::filesystem::path facts;
  std::filesystem::path classes;
  std::filesystem::path data;
  std::string agents;
  std::string identity;
  bool explain = false;
};

// The node that the files and options describe.
struct Node {
  Value facts = Value::object();
  std::vector<std::string> classes = {};
  std::vector<std::string> agents = {};
  filter::DataTable data;
};

// What the filter asks for and nobody said is taken to be none; a person may not know that.
void note_assumed(const filter::Filter& filter, const FilterTestOptions& options) {
  const auto note_if = [](bool missing, std::string_view text) {
    if (missing) note(text);
  };
  const auto& text = filter.text();
  note_if(!filter.fact_paths().empty() && options.facts.empty(), "no --facts: the node has none");
  note_if(filter.needs_classes() && options.classes.empty(), "no --classes: the node has none");
  note_if(!text.agents.empty() && options.agents.empty(), "no --agents: the node has none");
  note_if(!text.identities.empty() && options.identity.empty(), "no --identity: no name matches");
  note_if(filter.needs_data_plugins() && options.data.empty(),
          "no --data: no data function has an answer");
}

Result<Node> read_node(const FilterTestOptions& options) {
  Value answers;
  if (!options.data.empty()) {
    MUSTER_ASSIGN(answers, read_value_file(options.data));
  }
  auto data = filter::DataTable::from(std::move(answers));
  if (!data) return fail(data.error().within(options.data.string()));
  Node node{.data = std::move(*data)};
  if (!options.facts.empty()) {
    MUSTER_ASSIGN(node.facts, read_value_file(options.facts));
  }
  if (!options.classes.empty()) {
    MUSTER_ASSIGN(node.classes, read_classes_file(options.classes));
  }
  node.agents = split_list(options.agents);
  for (const auto& agent : node.agents) MUSTER_TRY(base::check_word("agent", agent));
  if (!options.identity.empty()) MUSTER_TRY(base::check_identity(options.identity));
  return node;
}

Result<ExitCode> test(const CommonOptions& common, const FilterTestOptions& options) {
  MUSTER_ASSIGN(const auto filter, options.filter.filter());
  if (filter.empty())
    return fail(Errc::config, "which filter? Give at least one of -F -C -A -I -W -S");
  MUSTER_ASSIGN(const auto node, read_node(options));
  note_assumed(filter, options);
  const filter::Subject subject{options.identity, &node.facts, &node.classes, &node.agents,
                                &node.data};
  const auto explanation = filter.explain(subject);
  const bool matches = explanation.answer == filter::Truth::yes;
  if (common.json) {
    Value document{{"match", matches}};
    if (options.explain) document["explanation"] = render::explanation_json(explanation);
    print_json(document);
  } else {
    const auto style = render::Style::of(STDOUT_FILENO);
    auto text = render::match_text(matches, style);
    if (options.explain)
      text += "\n" +
              render::explanation_text(explanation, style,
                                       static_cast<std::size_t>(render::columns_of(STDOUT_FILENO)));
    print(text);
  }
  return matches ? ExitCode::ok : ExitCode::error;
}

void add_test(Program& program, Command parent) {
  const auto options = std::make_shared<FilterTestOptions>();
  Command command = add_command(program, parent, "test", "Judge a filter here, by files",
                                [&program, options] { return test(program.common, *options); });
  exit_statuses(program, command, ExitCode::failed,
                "  0  the filter matches\n"
                "  1  it does not\n"
                "  2  it is malformed, a file cannot be read, or wrong usage");
  add_filter_options(command, options->filter);
  const auto file = [&](const std::string& names, std::filesystem::path& into,
                        const std::string& help) {
    command.option(names, into, help).type("FILE").group("The node");
  };
  file("--facts", options->facts, "Its facts, YAML or JSON");
  file("--classes", options->classes, "Its classes, one a line, as Puppet's classes.txt");
  file("--data", options->data, "Answers of data functions: PLUGIN: {ARGUMENT: {FIELD: VALUE}}");
  command.option("--agents", options->agents, "Agents it runs: puppet,rpcutil")
      .type("LIST")
      .group("The node");
  command.option("--identity", options->identity, "Its name").type("NODE").group("The node");
  command.flag("--explain", options->explain, "Show what each part found and which decided");
}

}  // namespace

void add_filter(Program& program) {
  const Command group = add_group(program, "filter", "Try filters without a node");
  add_test(program, group);
}

}  // namespace muster::cli
