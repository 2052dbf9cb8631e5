#include "plugins/agents/puppet/puppet_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/agents/puppet/puppet_state.hpp"
#include "plugins/puppet/program.hpp"
#include "plugins/puppet/settings.hpp"

namespace muster::plugins::puppet {
namespace {

// "puppet:8140" as --server puppet --serverport 8140; an IPv6 address stands in brackets. Puppet asks a site's
// server_list, and before it SRV records, also when --server says otherwise: both are for runs that name no server.
void add_server(std::string_view server, std::vector<std::string>& argv) {
  auto colon = server.rfind(':');
  const auto bracket = server.rfind(']');
  if (bracket != std::string_view::npos && colon != std::string_view::npos && colon < bracket)
    colon = std::string_view::npos;
  argv.insert(argv.end(), {"--server", std::string(server.substr(0, colon))});
  if (colon != std::string_view::npos)
    argv.insert(argv.end(), {"--serverport", std::string(server.substr(colon + 1))});
  argv.insert(argv.end(), {"--server_list=", "--no-use_srv_records"});
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

// What agent.yaml gives; the rest is puppet.conf's to say.
void add_paths(const PuppetPaths& paths, std::vector<std::string>& argv) {
  const auto given = overrides(paths);
  argv.insert(argv.end(), given.begin(), given.end());
  const auto is_given = [&given](const char* option) {
    return std::find(given.begin(), given.end(), option) != given.end();
  };
  if (!is_given("--vardir")) return;
  // Several nodes on one machine, as in a lab, must not share Puppet's other folders either.
  if (!is_given("--publicdir")) argv.insert(argv.end(), {"--publicdir", paths.summary_folder()});
  if (!is_given("--rundir")) argv.insert(argv.end(), {"--rundir", paths.vardir / "run"});
  if (!is_given("--logdir")) argv.insert(argv.end(), {"--logdir", paths.vardir / "log"});
}

}  // namespace

Result<JobSpec> run_spec(const Node& node, const RunOptions& options) {
  const auto& paths = node.puppet();
  JobSpec spec;
  spec.kind = kPuppetJob;
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
