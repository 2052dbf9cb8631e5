#include "node-agent/external/load.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "node-agent/external/external_agent.hpp"
#include "node-agent/external/protocol.hpp"
#include "node-agent/external/ruby_agent.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::external {
namespace {

constexpr std::string_view kNotWanted = "it does not want to be active on this node";

Loaded disabled(std::string reason, bool worth_another_try = false) {
  return {nullptr, std::move(reason), worth_another_try};
}

// What it runs as this daemon's user, nobody else may write.
Status check_file(const std::filesystem::path& path) {
  struct stat what {};
  if (::stat(path.c_str(), &what) != 0)
    return fail(Errc::not_found, fmt::format("{} is not there", path.string()));
  if ((what.st_mode & S_IWOTH) != 0)
    return fail(Errc::refused, fmt::format("{} can be written by everybody", path.string()));
  return {};
}

Status check_name(const Candidate& candidate) {
  MUSTER_TRY(base::check_word("agent name", candidate.name));
  const auto& reserved = reserved_names();
  if (std::find(reserved.begin(), reserved.end(), candidate.name) != reserved.end())
    return fail(
        Errc::refused,
        fmt::format("the name '{}' is taken by an agent that comes with Muster", candidate.name));
  MUSTER_TRY(check_file(candidate.ddl_file));
  return {};
}

// "external" for Choria's, "ruby" or nothing for descriptions that stand beside a Ruby agent.
bool is_external(std::string_view json) {
  const auto document = Value::parse(json, nullptr, false);
  if (!document.is_object()) return true;  // whatever it is, it is told
  const auto metadata = document.find("metadata");
  if (metadata == document.end() || !metadata->is_object()) return true;
  return metadata->value("provider", Value("")) == "external";
}

Result<ddl::Agent> read_ddl(const Candidate& candidate, std::string_view json) {
  MUSTER_ASSIGN(auto ddl, ddl::parse(json, candidate.ddl_file.filename().string()));
  if (ddl.name != candidate.name)
    return fail(Errc::invalid_data,
                fmt::format("it is named {} in its description and '{}' by its file",
                            base::quoted(ddl.name), candidate.name));
  return ddl;
}

Status check_program(const Candidate& candidate) {
  if (candidate.program.empty())
    return fail(Errc::not_found,
                fmt::format("there is no program {} beside its description",
                            (candidate.ddl_file.parent_path() / candidate.name).string()));
  if (::access(candidate.program.c_str(), X_OK) != 0)
    return fail(Errc::refused, fmt::format("{} is not executable", candidate.program.string()));
  return check_file(candidate.program);
}

Loaded load_choria(const Candidate& candidate, const Surroundings& around, int cancel_fd) {
  const auto json = base::read_file(candidate.ddl_file, ddl::kDocumentMaxBytes);
  if (!json) return disabled(json.error().message);
  if (too_deep(*json)) return disabled("its description nests too deep");
  if (!is_external(*json)) return {};
  if (auto named = check_name(candidate); !named) return disabled(named.error().message);
  auto ddl = read_ddl(candidate, *json);
  if (!ddl) return disabled(ddl.error().message);
  if (auto program = check_program(candidate); !program) return disabled(program.error().message);
  auto agent = std::make_shared<ExternalAgent>(std::move(*ddl), candidate.program, around);
  const auto wanted = agent->wants_to_be_active(cancel_fd);
  if (!wanted) return disabled("its activation failed: " + wanted.error().message, true);
  if (!*wanted) return disabled(std::string(kNotWanted));
  return {std::move(agent), "", false};
}

Loaded load_ruby(const Candidate& candidate, const Surroundings& around, int cancel_fd) {
  for (const auto& check : {check_name(candidate), check_file(candidate.program)})
    if (!check) return disabled(check.error().message);
  auto described = describe_ruby_agent(candidate.name, candidate.libdir, around, cancel_fd);
  if (!described) return disabled("it cannot be loaded: " + described.error().message, true);
  if (!described->active) return disabled(std::string(kNotWanted));
  return {std::make_shared<RubyAgent>(std::move(described->ddl), candidate.libdir, around), "",
          false};
}

}  // namespace

const std::vector<std::string>& reserved_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all{"choria_util", "choria_provision", "choria_registry", "discovery",
                                 "scout",       "registration"};
    for (const auto& text : ddl::texts()) all.emplace_back(text.name);
    return all;
  }();
  return names;
}

Loaded load(const Candidate& candidate, const Surroundings& around, int cancel_fd) {
  return candidate.kind == Kind::choria ? load_choria(candidate, around, cancel_fd)
                                        : load_ruby(candidate, around, cancel_fd);
}

}  // namespace muster::external
