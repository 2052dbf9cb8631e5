#include "plugins/agents/puppet/puppet_state.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <nlohmann/json.hpp>
#include <regex>

#include "proto/base/files.hpp"
#include "proto/base/utf8.hpp"

namespace muster::plugins::puppet {
namespace {

constexpr std::size_t kPidFileMaxBytes = 64;
constexpr std::size_t kCommandMaxBytes = 128 * 1024;

std::filesystem::path disabled_lock(const PuppetPaths& paths) {
  return paths.state() / "agent_disabled.lock";
}

// As Puppet judges it (util/pidlock.rb): a Ruby that was called with "puppet", or a process of such a name. An editor that
// has puppet.conf open is neither.
bool is_puppet(pid_t pid) {
  const auto name = base::read_file(fmt::format("/proc/{}/comm", pid), kPidFileMaxBytes);
  const auto command = base::read_file(fmt::format("/proc/{}/cmdline", pid), kCommandMaxBytes);
  if (!name || !command) return false;
  static const std::regex puppets("puppet(-.*)?\n");
  const bool ruby = name->find("ruby") != std::string::npos;
  return std::regex_search(*name, puppets) ||
         (ruby && command->find("puppet") != std::string::npos);
}

// The file outlives a killed run, and its number goes to strangers: only a Puppet counts.
std::optional<pid_t> puppet_in(const std::filesystem::path& pid_file) {
  const auto text = base::read_file(pid_file, kPidFileMaxBytes);
  pid_t pid = 0;
  if (!text) return std::nullopt;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), pid);
  if (parsed.ec != std::errc() || pid <= 0) return std::nullopt;
  return is_puppet(pid) ? std::optional(pid) : std::nullopt;
}

}  // namespace

std::optional<std::string> disabled_message(const PuppetPaths& paths) {
  const auto text = base::read_file(disabled_lock(paths));
  if (!text) {
    // Puppet looks only whether it is there; so one that cannot be read disables it too.
    if (text.error().code == Errc::not_found) return std::nullopt;
    return "the reason cannot be read: " + text.error().message;
  }
  const auto json = nlohmann::json::parse(base::decode_text(*text).text, nullptr, false);
  if (json.is_object() && json.contains("disabled_message") && json["disabled_message"].is_string())
    return json["disabled_message"].get<std::string>();
  return "reason not specified";
}

Status disable(const PuppetPaths& paths, const std::string& message) {
  const nlohmann::json content{{"disabled_message", message}};
  return base::write_file(disabled_lock(paths),
                          content.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Status enable(const PuppetPaths& paths) {
  const auto lock = disabled_lock(paths);
  if (::unlink(lock.c_str()) != 0 && errno != ENOENT)
    return fail(Errc::io, fmt::format("cannot remove {}: {}", lock.string(), std::strerror(errno)));
  return {};
}

std::optional<pid_t> applying_pid(const PuppetPaths& paths) {
  return puppet_in(paths.state() / "agent_catalog_run.lock");
}

std::optional<pid_t> daemon_pid(const PuppetPaths& paths) {
  return puppet_in(paths.daemon_pid_file());
}

}  // namespace muster::plugins::puppet
