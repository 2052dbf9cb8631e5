#include "orchestrator/cli/workflow_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "orchestrator/workflow/load_workflow.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> files_in(const fs::path& folder) {
  std::error_code problem;
  std::vector<fs::path> files;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    const auto extension = at->path().extension();
    if (extension != ".yaml" && extension != ".yml") continue;
    if (files.size() >= kWorkflowFilesMax)
      return fail(Errc::limit,
                  fmt::format("{}: more than {} workflows", folder.string(), kWorkflowFilesMax));
    files.push_back(at->path());
  }
  if (problem)
    return fail(Errc::io, fmt::format("cannot read {}: {}", folder.string(), problem.message()));
  std::sort(files.begin(), files.end());
  return files;
}

template <class Fits>
const CheckedWorkflow* first_of(const std::vector<CheckedWorkflow>& all, Fits fits) {
  const auto at = std::find_if(all.begin(), all.end(), [&](const CheckedWorkflow& each) {
    return each.workflow && fits(*each.workflow);
  });
  return at == all.end() ? nullptr : &*at;
}

}  // namespace

void add_ddl_folder(Command command, WorkflowPlaces& places) {
  command
      .option("--ddl-folder", places.ddl_folder, "Descriptions of the site's own agents, NAME.json")
      .type("DIR")
      .shows_default();
}

void add_workflow_folder(Command command, WorkflowPlaces& places) {
  command.option("--folder", places.folder, "Where the workflows lie").type("DIR").shows_default();
}

CheckedWorkflow check_workflow(const fs::path& file, const fs::path& ddl_folder) {
  CheckedWorkflow out;
  out.file = file.string();
  auto loaded = workflow::load_workflow(file, ddl_folder);
  if (loaded) {
    out.workflow = *std::move(loaded);
    return out;
  }
  std::stringstream lines(loaded.error().message);
  for (std::string line; std::getline(lines, line);) out.problems.push_back(line);
  return out;
}

Result<std::vector<fs::path>> workflow_files(const std::vector<fs::path>& named) {
  std::vector<fs::path> all;
  for (const auto& path : named) {
    std::error_code problem;
    if (!fs::is_directory(path, problem)) {
      all.push_back(path);
      continue;
    }
    MUSTER_ASSIGN(const auto inside, files_in(path));
    all.insert(all.end(), inside.begin(), inside.end());
  }
  return all;
}

Result<const CheckedWorkflow*> pick_workflow(const std::vector<CheckedWorkflow>& all,
                                             const std::string& name, const std::string& hash) {
  using workflow::Workflow;
  if (const auto* same = first_of(all, [&](const Workflow& each) { return each.hash == hash; }))
    return same;
  if (const auto* of_name = first_of(all, [&](const Workflow& each) { return each.name == name; }))
    return of_name;
  std::vector<std::string> good;
  for (const auto& each : all)
    if (each.workflow && !each.workflow->leaves()) good.push_back(each.file);
  if (good.size() == 1 && name.empty())
    return first_of(all, [](const Workflow& each) { return !each.leaves(); });
  return fail(Errc::not_found,
              fmt::format("no file there holds {}; name one: {}",
                          name.empty() ? "the one workflow that it would get"
                                       : "the node's workflow " + base::quoted(name),
                          good.empty() ? "there is none that is good"
                                       : fmt::format("{}", fmt::join(good, ", "))));
}

}  // namespace muster::cli
