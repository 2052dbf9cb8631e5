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

Result<std::string> find_program(const std::filesystem::path& program) {
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

// "https://puppet:8140" as --server puppet --serverport 8140.
void add_server(std::string_view url, std::vector<std::string>& argv) {
  url.remove_prefix(std::min(url.size(), url.find("://") + 3));
  const auto colon = url.rfind(':');
  argv.insert(argv.end(), {"--server", std::string(url.substr(0, colon))});
  if (colon != std::string_view::npos)
    argv.insert(argv.end(), {"--serverport", std::string(url.substr(colon + 1))});
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
  spec.timeout = kRunTimeout;
  MUSTER_ASSIGN(auto program, find_program(paths.program));
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
               "--no-splay",
               "--color=false",
               "--waitforcert",
               "0",
               "--waitforlock",
               "5",
               "--maxwaitforlock",
               std::to_string(kWaitForLock.count()),
               "--certname",
               node.identity()};
  if (options.at_server_url) add_server(paths.server_url, spec.argv);
  if (!options.environment.empty())
    spec.argv.insert(spec.argv.end(), {"--environment", options.environment});
  if (!options.tags.empty()) spec.argv.insert(spec.argv.end(), {"--tags", options.tags});
  if (options.noop) spec.argv.emplace_back("--noop");
  add_paths(paths, spec.argv);
  return spec;
}

}  // namespace muster::plugins::puppet
