// The agents of tests/support/agents, and a node for them to run on.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "node-agent/external/load.hpp"
#include "proto/base/clock.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::external {

inline const std::filesystem::path kAgents = MUSTER_TEST_AGENTS;

struct TestSurroundings {
  TestSurroundings() { node.its_facts = {{"country", "de"}, {"os", {{"family", "Debian"}}}}; }

  // Loaded as a node does; throws with the reason when it is disabled.
  std::shared_ptr<plugins::Agent> agent(const AgentFile& agent_file) const {
    Loaded loaded;
    // A busy machine may need longer than an activation has.
    (void)fakes::wait_until([&] {
      loaded = load(agent_file, around, -1);
      return !loaded.worth_another_try;
    });
    if (loaded.agent == nullptr) throw std::runtime_error(agent_file.name + ": " + loaded.reason);
    return loaded.agent;
  }
  std::shared_ptr<plugins::Agent> choria(const std::string& name) const {
    const auto ddl_file = kAgents / "external" / (name + ".json");
    return agent({Kind::choria, name, ddl_file, program_of(ddl_file), {}, "1"});
  }
  static AgentFile ruby(const std::string& name, const std::filesystem::path& libdir) {
    const auto base = libdir / "mcollective" / "agent" / name;
    return {Kind::ruby, name, base.string() + ".ddl", base.string() + ".rb", libdir, "1"};
  }

  // Through the description on the node's side, as the gate does.
  static plugins::ActionReply call(plugins::Agent& agent, const std::string& action,
                                   const Value& inputs, std::chrono::milliseconds patience) {
    const auto checked = ddl::check_inputs(agent.ddl(), action, inputs);
    if (!checked) return plugins::ActionReply::failed(checked.error());
    auto request = test::request_of(action, *checked, "cert=alice");
    request.agent = agent.ddl().name;
    request.request_id = "request1";
    request.collective = "mcollective";
    request.sent_at_ms = 1'700'000'000'000;
    request.ttl_s = 60;
    request.deadline = std::chrono::steady_clock::now() + patience;
    return agent.handle(request);
  }
  static plugins::ActionReply call(plugins::Agent& agent, const std::string& action,
                                   const Value& inputs = Value::object()) {
    return call(agent, action, inputs, std::chrono::seconds(60));
  }

  base::SystemClock clock;
  test::TestNode node{"n1.example.test", clock};
  Surroundings around{.node = node,
                      .plugin_config = node.folder / "plugin.d",
                      .built_in_data = {"fact"},
                      .ruby = "ruby",
                      .ruby_host = MUSTER_RUBY_HOST,
                      .mcollective_config = node.folder / "mcollective" / "server.cfg",
                      .classes_files = {}};
};

// Whether the process whose number is in the file lives; a file that is not there is none.
inline bool lives(const std::filesystem::path& pid_file) {
  std::ifstream pid_text(pid_file);
  int pid = 0;
  if (!(pid_text >> pid)) return false;
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string word;
  // Number, name, state: a zombie waits for whoever reaps, and does nothing.
  return (stat >> word >> word >> word) && word != "Z" && word != "X";
}

}  // namespace muster::external
