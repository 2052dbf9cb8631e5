#include "orchestrator/workflow/load_workflow.hpp"

#include <fmt/format.h>

#include <memory>
#include <system_error>
#include <utility>

#include "orchestrator/workflow/parse.hpp"
#include "proto/base/files.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/names.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::workflow {
namespace {

namespace fs = std::filesystem;

Result<ddl::Agent> read_description(const fs::path& file) {
  MUSTER_ASSIGN(const auto json, base::read_file(file, ddl::kDocumentMaxBytes));
  MUSTER_ASSIGN(auto agent, ddl::parse(json, file.string()));
  if (agent.name == file.stem().string()) return agent;
  return fail(Errc::invalid_data,
              fmt::format("{}: /metadata/name: is {}, so the file must be {}.json", file.string(),
                          base::quoted(agent.name), agent.name));
}

Result<Descriptions::OfSite> read_ddl_folder(const fs::path& folder) {
  Descriptions::OfSite all;
  std::error_code why;
  fs::directory_iterator entries(folder, why);
  if (why == std::errc::no_such_file_or_directory) return all;
  if (why) return fail(Errc::io, fmt::format("cannot read {}: {}", folder.string(), why.message()));
  for (const auto& entry : entries) {
    if (entry.path().extension() != ".json") continue;
    if (all.size() >= kSiteAgentsMax)
      return fail(Errc::limit,
                  fmt::format("{}: more than {} descriptions", folder.string(), kSiteAgentsMax));
    all.emplace(entry.path().stem().string(), read_description(entry.path()));
  }
  return all;
}

}  // namespace

Result<Workflow> load_workflow(const fs::path& path, const fs::path& ddl_folder) {
  MUSTER_ASSIGN(const auto text, base::read_file(path));
  auto agents = Descriptions::built_in();
  if (!ddl_folder.empty()) {
    MUSTER_ASSIGN(auto of_site, read_ddl_folder(ddl_folder));
    agents = std::make_shared<const Descriptions>(std::move(of_site));
  }
  // Who may write an inner file need not be who may write the whole, so each is judged, and before it is read.
  const auto read = [&](const std::string& file) -> Result<std::string> {
    const auto inner = path.parent_path() / file;
    MUSTER_TRY(base::check_guard(inner, base::Guard::program));
    return base::read_file(inner);
  };
  MUSTER_ASSIGN(auto workflow, parse_workflow(text, path.string(), std::move(agents), read));
  // Whoever writes it says what runs here.
  if (workflow.has(Kind::program)) MUSTER_TRY(base::check_guard(path, base::Guard::program));
  return workflow;
}

}  // namespace muster::workflow
