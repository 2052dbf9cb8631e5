// A fleet with an orchestrator of its own for each test, whose credentials change.
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/files.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {

class CredentialFleetTest : public testing::Test {
 protected:
  Finished muster(const std::vector<std::string>& words) { return fleet_.muster(words); }
  void must(const std::vector<std::string>& words) {
    const auto done = muster(words);
    EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  }
  // How many nodes obey the newest root; 0 while there is no answer.
  std::size_t obeying(const std::string& root, std::size_t roots) {
    const auto shown = muster({"root", "show", "--json"});
    if (shown.exit_code != 0) return 0;
    const auto all = shown.json().at(root).at("roots");
    if (all.size() != roots) return 0;
    std::size_t least = 6;
    for (const auto& one : all) least = std::min(least, one.at("obeyed_by").get<std::size_t>());
    return least;
  }
  bool all_obey(const std::string& root, std::size_t roots) {
    return fakes::wait_until([&] { return obeying(root, roots) == 6; });
  }
  bool all_answer(const std::filesystem::path& config) {
    return fakes::wait_until([&] {
      return fleet_.muster_with(config, {"ping", "-t", "2"}).out.find("6 replies") !=
             std::string::npos;
    });
  }
  // The broker as `muster broker config` writes it now, without a restart.
  void reload_broker() {
    must(fleet_.broker_config());
    fleet_.broker().signal(SIGHUP);
  }
  // The running orchestrator, and the broker's watcher, take the certificates that stand in the folder.
  void renew_orchestrator_in_place() {
    const auto before = orchestrator_->output().size();
    orchestrator_->signal(SIGHUP);
    EXPECT_TRUE(orchestrator_->says("orchestrating", before)) << orchestrator_->output();
  }
  void renew_watcher_in_place() {
    const auto& watch = fleet_.broker_watch();
    const auto before = watch.output().size();
    watch.signal(SIGHUP);
    EXPECT_TRUE(watch.says("were read anew", before)) << watch.output();
  }
  // Whether that certificate is let in at that listener now.
  bool lets_in(const std::string& pair, const std::string& listener) {
    transport::mqtt::Options options;
    options.brokers = {listener};
    options.client_id = "fedcba9876543210";
    options.ca_file = fleet_.in_operator("root.pem");
    options.certificate_file = fleet_.in_operator(pair + ".pem");
    options.key_file = fleet_.in_operator(pair + ".key");
    return transport::mqtt::connect(options, {}).has_value();
  }
  // The broker learns of a root by its watcher, a moment after the nodes.
  bool broker_takes(const std::string& pair, const std::string& listener) {
    return fakes::wait_until([&] { return lets_in(pair, listener); });
  }
  // muster.yaml with one broker more.
  std::filesystem::path with_broker(const std::string& broker) {
    auto text = base::read_file(fleet_.config()).value();
    text.insert(text.find(']', text.find("\nbrokers: [")), ", \"" + broker + "\"");
    const auto file = fleet_.in_operator("more-brokers.yaml");
    EXPECT_TRUE(base::write_file(file, text));
    return file;
  }
  // muster.yaml of somebody whose files are copies, made now, beside nothing of the authority's.
  std::filesystem::path elsewhere(const std::string& pair) {
    const auto folder = fleet_.file("elsewhere-" + pair);
    EXPECT_TRUE(base::make_folder(folder));
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{pair + ".pem", "operator.pem"},
          {pair + ".key", "operator.key"},
          {"root.pem", "root.pem"},
          {"orchestrator-root.pem", "orchestrator-root.pem"},
          {"muster.yaml", "muster.yaml"}})
      std::filesystem::copy_file(fleet_.in_operator(from), folder / to);
    return folder / "muster.yaml";
  }
  // A node with root files of its own, as a token leaves them.
  void give_own_roots(const std::string& name) {
    auto& node = fleet_.node(name);
    auto text = node.config_text();
    for (const std::string file : {"orchestrator-root.pem", "root.pem"}) {
      const auto shared = fleet_.in_operator(file).string();
      node.write("roots/" + file, base::read_file(shared).value());
      text.replace(text.find(shared), shared.size(), node.file("roots/" + file).string());
    }
    node.write("agent.yaml", text);
    node.agent().signal(SIGTERM);
    node.agent().wait();
    node.start();
    ASSERT_TRUE(fleet_.all_online());
  }
  void restart(const std::string& name) {
    auto& node = fleet_.node(name);
    node.agent().signal(SIGTERM);
    node.agent().wait();
    node.start();
    EXPECT_TRUE(fleet_.all_online());
  }

  Fleet fleet_;
  std::unique_ptr<Daemon> orchestrator_ = fleet_.start_orchestrator();
};

}  // namespace muster::test
