// What other people's agents are given of this node.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"

namespace muster::external {

struct Surroundings {
  const plugins::Node& node;
  std::filesystem::path plugin_config;     // plugin.d: NAME.cfg holds an agent's settings
  std::vector<std::string> built_in_data;  // names of the data plugins that come with Muster
  // MCollective's agents alone:
  std::string ruby = "ruby";        // looked up in PATH when it has no '/'
  std::filesystem::path ruby_host;  // plugins/ruby-host/muster-ruby-host, where it is installed
  std::filesystem::path mcollective_config;  // server.cfg, for its plugin.* lines; may be absent
  std::vector<std::string> classes_files;

  // As JSON, for $CHORIA_EXTERNAL_FACTS.
  std::string facts() const;
};

// ../libexec/muster/muster-ruby-host from the running program's folder.
std::filesystem::path installed_ruby_host();

// What is left for an action; not negative.
std::chrono::milliseconds left_for(const plugins::ActionRequest& request);

// The reply of an action that gave `reply`, or could not: the message then names the action.
plugins::ActionReply reply_of(const plugins::ActionRequest& request, const ddl::Agent& ddl,
                              Result<plugins::ActionReply> reply);

}  // namespace muster::external
