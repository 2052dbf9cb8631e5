#include <unistd.h>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/facts.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

struct FactsOptions {
  CallOptions call;
  std::string fact;
};

Value facts_json(const FactsOptions& options, const RemoteCall& done,
                 const std::vector<render::FactValue>& values) {
  Value list = Value::array();
  for (const auto& entry : values)
    list.push_back({{"value", entry.value}, {"count", entry.nodes.size()}, {"nodes", entry.nodes}});
  Value document = render::call_json(done.frame, done.result);
  document["fact"] = options.fact;
  document["values"] = std::move(list);
  return document;
}

Result<ExitCode> facts(const CommonOptions& common, const FactsOptions& options) {
  MUSTER_ASSIGN(const auto rpcutil, ddl::built_in("rpcutil"));
  MUSTER_ASSIGN(const auto done,
                call_remote(common, options.call, rpcutil, "get_fact", {{"fact", options.fact}}));
  const auto values = render::fact_values(done.result);
  if (common.json)
    print_json(facts_json(options, done, values));
  else
    print(render::facts_text(options.fact, values, common.verbose) +
          render::closing_text(done.frame, done.result, render::Style::of(STDOUT_FILENO),
                               static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  return exit_code_of(done);
}

}  // namespace

void add_facts(Program& program) {
  const auto options = std::make_shared<FactsOptions>();
  Command command =
      add_command(program, program.root(), "facts", "Values of a fact and how many nodes have each",
                  [&program, options] { return facts(program.common, *options); });
  command.option("fact", options->fact, "Name of the fact; nested ones by dotted path")
      .required()
      .type("FACT");
  add_call_options(command, options->call);
}

}  // namespace muster::cli
