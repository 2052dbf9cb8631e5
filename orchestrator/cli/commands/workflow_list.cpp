#include <unistd.h>

#include <nlohmann/json.hpp>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/workflow.hpp"
#include "orchestrator/cli/workflow_files.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> list_workflows(const CommonOptions& common, const WorkflowPlaces& places) {
  std::error_code problem;
  if (!std::filesystem::is_directory(places.folder, problem))
    return fail(Errc::not_found, places.folder.string() + " is no folder; name one with --folder");
  MUSTER_ASSIGN(const auto files, workflow_files({places.folder}));
  if (files.empty()) return fail(Errc::not_found, "no workflows in " + places.folder.string());
  std::vector<CheckedWorkflow> all;
  all.reserve(files.size());
  for (const auto& file : files) all.push_back(check_workflow(file, places.ddl_folder));
  if (common.json) {
    Value list = Value::array();
    for (const auto& each : all) list.push_back(render::checked_workflow_json(each));
    print_json({{"folder", places.folder.string()}, {"workflows", std::move(list)}});
    return ExitCode::ok;
  }
  std::string text;
  for (const auto& line :
       render::workflow_table(all, render::Style::of(STDOUT_FILENO),
                              static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))))
    text += line + "\n";
  print(text);
  return ExitCode::ok;
}

}  // namespace

void add_workflow_list(Program& program, Command parent) {
  const auto places = std::make_shared<WorkflowPlaces>();
  Command command =
      add_command(program, parent, "list", "The workflows of a folder",
                  [&program, places] { return list_workflows(program.common, *places); });
  add_workflow_folder(command, *places);
  add_ddl_folder(command, *places);
}

}  // namespace muster::cli
