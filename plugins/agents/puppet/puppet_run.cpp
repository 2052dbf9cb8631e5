#include "plugins/agents/puppet/puppet_run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>

#include "plugins/agents/puppet/puppet_state.hpp"

namespace muster::plugins::puppet {
namespace {

constexpr std::array kProgramFolders{
    "/usr/local/sbin",     "/usr/local/bin", "/usr/sbin", "/usr/bin",
    "/opt/puppetlabs/bin", "/sbin",          "/bin",      "/opt/puppetlabs/puppet/bin"};

}  // namespace

Result<std::string> find_puppet(const PuppetPaths& paths) {
  const auto& program = paths.program;
  if (program.has_parent_path()) {
    if (::access(program.c_str(), X_OK) == 0) return program.string();
    return fail(Errc::config,
                fmt::format("{} is missing or cannot be executed; correct puppet.program",
                            program.string()));
  }
  for (const auto* folder : kProgramFolders) {
    const auto path = std::filesystem::path(folder) / program;
    if (::access(path.c_str(), X_OK) == 0) return path.string();
  }
  return fail(Errc::config,
              fmt::format("Puppet is not installed on this node: no program '{}' in {}; "
                          "apt-get install puppet-agent, or set puppet.program",
                          program.string(), fmt::join(kProgramFolders, ":")));
}

namespace {

// "puppet:8140" as --server puppet --serverport 8140; an IPv6 address stands in brackets.
void add_server(std::string_view server, std::vector<std::string>& argv) {
  auto colon = server.rfind(':');
  const auto bracket = server.rfind(']');
  if (bracket != std::string_view::npos && colon != std::string_view::npos && colon < bracket)
    colon = std::string_view::npos;
  argv.insert(argv.end(), {"--server", std::string(server.substr(0, colon))});
  if (colon != std::string_view::npos)
    argv.insert(argv.end(), {"--serverport", std::string(server.substr(colon + 1))});
}

std::string_view without_scheme(std::string_view url) {
  url.remove_prefix(std::min(url.size(), url.find("://") + 3));
  return url;
}

void add_switch(const char* name, std::optional<bool> on, std::vector<std::string>& argv) {
  if (on) argv.push_back(fmt::format("--{}{}", *on ? "" : "no-", name));
}

void add_choices(const RunOptions& options, std::vector<std::string>& argv) {
  if (!options.environment.empty()) argv.insert(argv.end(), {"--environment", options.environment});
  if (!options.tags.empty()) argv.insert(argv.end(), {"--tags", options.tags});
  if (!options.skip_tags.empty()) argv.insert(argv.end(), {"--skip_tags", options.skip_tags});
  add_switch("noop", options.noop, argv);
  add_switch("use_cached_catalog", options.use_cached_catalog, argv);
  if (options.ignoreschedules) argv.emplace_back("--ignoreschedules");
  if (options.splay.count() > 0)
    argv.insert(argv.end(), {"--splay", "--splaylimit", std::to_string(options.splay.count())});
  else
    argv.emplace_back("--no-splay");
}

// Only what the whole agent agrees on; the rest is puppet.conf's to say.
void add_paths(const PuppetPaths& paths, std::vector<std::string>& argv) {
  argv.insert(argv.end(), {"--confdir", paths.confdir, "--ssldir", paths.ssldir, "--vardir",
                           paths.vardir, "--publicdir", paths.summary_folder()});
  // Several nodes on one machine, as in a lab, must not share Puppet's run and log folders either.
  if (paths.vardir != PuppetPaths().vardir)
    argv.insert(argv.end(), {"--rundir", paths.vardir / "run", "--logdir", paths.vardir / "log"});
}

}  // namespace

Result<JobSpec> run_spec(const Node& node, const RunOptions& options) {
  const auto& paths = node.puppet();
  JobSpec spec;
  spec.kind = "puppet";
  spec.key = options.key;
  spec.timeout = kRunTimeout + options.splay;
  MUSTER_ASSIGN(auto program, find_puppet(paths));
  if (const auto why = disabled_message(paths))
    return fail(
        Errc::aborted,
        fmt::format("Puppet is disabled on this node: {}; enable it with 'puppet agent --enable' "
                    "or 'muster rpc puppet enable'",
                    *why));
  spec.argv = {std::move(program),
               "agent",
               "--onetime",
               "--no-daemonize",
               "--verbose",
               "--detailed-exitcodes",
               "--no-usecacheonfailure",
               "--color=false",
               "--waitforcert",
               "0",
               "--waitforlock",
               "5",
               "--maxwaitforlock",
               std::to_string(kWaitForLock.count()),
               "--certname",
               node.identity()};
  if (options.at_server_url) add_server(without_scheme(paths.server_url), spec.argv);
  if (!options.server.empty()) add_server(options.server, spec.argv);
  add_choices(options, spec.argv);
  add_paths(paths, spec.argv);
  return spec;
}

}  // namespace muster::plugins::puppet
