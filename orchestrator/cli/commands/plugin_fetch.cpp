#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "orchestrator/cli/commands/tools.hpp"
#include "orchestrator/cli/ddl_fetch.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/plugin/fetched.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "proto/base/names.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

struct FetchOptions {
  std::string agent;
  std::string node;
  std::filesystem::path folder = "/etc/muster/ddl";  // as WorkflowPlaces has it
  bool force = false;
};

Status check_wanted(const FetchOptions& options) {
  MUSTER_TRY(base::check_word("agent", options.agent));
  if (ddl::built_in(options.agent))
    return fail(
        Errc::config,
        fmt::format("{} comes with Muster: its description is known everywhere", options.agent));
  // Any node that runs, or says that it runs, the agent could answer first.
  if (options.node.empty())
    return fail(Errc::config, fmt::format("--from NODE says which node's description of {0} is "
                                          "believed; 'muster find -A {0}' lists those that run it",
                                          options.agent));
  return base::check_identity(options.node);
}

const char* word_of(Kept kept) {
  switch (kept) {
    case Kept::is_new:
      return "written";
    case Kept::is_the_same:
      return "the same as before";
    case Kept::replaced:
      return "replaced";
  }
  return "";
}

Result<ExitCode> fetch(const CommonOptions& common, const FetchOptions& options) {
  MUSTER_TRY(check_wanted(options));
  Conversation talk(common);
  MUSTER_ASSIGN(const auto told, fetch_description(talk, options.agent, options.node));
  MUSTER_ASSIGN(const auto kept,
                keep_description(options.folder, options.agent, told.document, options.force));
  const auto file = (options.folder / (options.agent + ".json")).string();
  if (common.json)
    print_json({{"file", file},
                {"agent", options.agent},
                {"version", told.agent.version},
                {"node", told.node},
                {"actions", told.agent.action_names()},
                {"changed", kept != Kept::is_the_same}});
  else
    print(fmt::format(
        "{}: {} ({} {}, as {} describes it)\nactions: {}\n", file, word_of(kept), options.agent,
        render::one_line(told.agent.version), told.node,
        render::one_line(fmt::format("{}", fmt::join(told.agent.action_names(), ", ")))));
  return ExitCode::ok;
}

}  // namespace

void add_plugin_fetch(Program& program, Command parent) {
  const auto options = std::make_shared<FetchOptions>();
  Command command = add_command(program, parent, "fetch",
                                "Write a node's description of its agent where workflows find it",
                                [&program, options] { return fetch(program.common, *options); });
  command.option("agent", options->agent, "Its name").required().type("AGENT");
  command
      .option("--from", options->node,
              "The node to ask, always needed; 'muster find -A AGENT' lists who runs it")
      .type("NODE");
  command.option("--ddl-folder", options->folder, "Where NAME.json is written")
      .type("DIR")
      .shows_default();
  command.flag("--force", options->force, "Also in the place of another description");
}

}  // namespace muster::cli
