#include "orchestrator/cli/plugin/fetched.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli {

Result<Kept> keep_description(const std::filesystem::path& folder, const std::string& agent,
                              const Value& description, bool replaces) {
  const auto file = folder / (agent + ".json");
  const auto there = base::read_file(file, ddl::kDocumentMaxBytes);
  if (!there && there.error().code != Errc::not_found) return fail(there.error());
  if (there && Value::parse(*there, nullptr, /*allow_exceptions=*/false) == description)
    return Kept::is_the_same;
  if (there && !replaces)
    return fail(Errc::config,
                fmt::format("{} holds another description; --force replaces it", file.string()));
  const auto text = description.dump(2) + "\n";
  // Indented it is larger than what was sent, and whoever reads the file has that limit.
  if (text.size() > ddl::kDocumentMaxBytes)
    return fail(Errc::limit,
                fmt::format("{} is not written: the description of {} has {} bytes as "
                            "a file; the limit is {}",
                            file.string(), agent, text.size(), ddl::kDocumentMaxBytes));
  MUSTER_TRY(base::write_file(file, text));
  return there ? Kept::replaced : Kept::is_new;
}

}  // namespace muster::cli
