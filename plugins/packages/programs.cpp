#include "plugins/packages/programs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "proto/base/utf8.hpp"

namespace muster::packages {
namespace {

constexpr std::size_t kReasonMaxBytes = 2048;
constexpr std::chrono::milliseconds kLeast{1};  // a child needs some time, if only to be killed

}  // namespace

std::optional<std::string> Programs::find(std::string_view name) const {
  for (const auto& folder : folders) {
    auto path = (folder / name).string();
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

std::map<std::string, std::string> quiet_environment() {
  return {{"DEBIAN_FRONTEND", "noninteractive"},
          {"APT_LISTCHANGES_FRONTEND", "none"},
          {"UCF_FORCE_CONFFOLD", "1"},
          {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
          {"LC_ALL", "C.UTF-8"}};
}

Result<base::ChildResult> read_from(const Command& command,
                                    std::chrono::steady_clock::time_point deadline) {
  base::ChildSpec spec;
  spec.argv = command.argv;
  spec.environment = command.environment;
  spec.output_max_bytes = kListMaxBytes;
  spec.timeout = std::max(kLeast, std::chrono::duration_cast<std::chrono::milliseconds>(
                                      deadline - std::chrono::steady_clock::now()));
  auto result = base::run_child(spec);
  if (!result) return fail(result.error());
  result->out = base::as_utf8(result->out, kListMaxBytes);
  return result;
}

Result<std::string> output_of(const Command& command,
                              std::chrono::steady_clock::time_point deadline) {
  MUSTER_ASSIGN(auto result, read_from(command, deadline));
  if (result.exit_code == 0) return std::move(result.out);
  auto said = base::as_utf8(result.err.empty() ? result.out : result.err, kReasonMaxBytes);
  while (!said.empty() && said.back() == '\n') said.pop_back();
  return fail(Errc::aborted, fmt::format("{} ended with exit code {}: {}", command.argv[0],
                                         result.exit_code, said));
}

std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> lines_of(std::string_view text) {
  auto lines = parts_of(text, '\n');
  std::erase_if(lines, [](auto line) { return line.empty(); });
  return lines;
}

}  // namespace muster::packages
