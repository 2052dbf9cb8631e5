#include "tests/integration/cli/fleet.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>

#include "proto/base/files.hpp"
#include "tests/integration/cli/trusted_ca.hpp"

namespace muster::test {

const std::vector<NodeSpec>& six_nodes() {
  static const std::vector<NodeSpec> nodes{{"n1.example.test", "de", 1, {"base", "role::web"}, ""},
                                           {"n2.example.test", "de", 2, {"base", "role::db"}, ""},
                                           {"n3.example.test", "de", 1, {"base"}, ""},
                                           {"n4.example.test", "us", 2, {"base", "role::web"}, ""},
                                           {"n5.example.test", "us", 3, {"base", "role::db"}, ""},
                                           {"n6.example.test", "fr", 3, {"base"}, "tier: edge\n"}};
  return nodes;
}

Node::Node(const Installation& installation, const NodeSpec& spec)
    : installation_(installation),
      identity_(spec.identity),
      home_(installation.file("nodes") / spec.identity) {
  write("agent.yaml", config_text());
  write("facts.d/place.yaml",
        fmt::format("country: {}\nrack:\n  row: {}\n{}", spec.country, spec.row, spec.more_facts));
  write("classes.txt", fmt::format("{}\n", fmt::join(spec.classes, "\n")));
}

std::string Node::config_text(const std::string& more) const {
  return fmt::format(R"(identity: {0}
brokers: ["{1}"]
operator_root: {2}
orchestrator_root: {6}
token_file: {3}/join.token
state_folder: {3}/state
policies: {3}/policies
facts_folders: [{3}/facts.d]
classes_files: [{3}/classes.txt]
puppet:
  ssldir: {4}
  cadir: {3}/ca
{5})",
                     identity_, installation_.nodes(),
                     installation_.in_operator("root.pem").string(), home_.string(),
                     installation_.file("ssl").string(), more,
                     installation_.in_operator("orchestrator-root.pem").string());
}

void Node::write(const std::string& name, const std::string& content) const {
  if (auto wrote = base::write_file(home_ / name, content); !wrote)
    throw std::runtime_error(wrote.error().message);
}

void Node::start(const std::vector<std::string>& before) {
  auto argv = before;
  argv.insert(argv.end(), {MUSTER_AGENT_PROGRAM, "--config", file("agent.yaml")});
  agent_ = std::make_unique<Daemon>(std::move(argv), file("agent.log"));
}

void Node::give_token(const std::vector<std::string>& more) const {
  const auto token = installation_.file("join.token").string();
  std::vector<std::string> words{"token", "create", "--identity", identity(), "--out", token};
  words.insert(words.end(), more.begin(), more.end());
  if (const auto made = installation_.muster(words); made.exit_code != 0)
    throw std::runtime_error(made.err);
  write("join.token", base::read_file(token).value());
  std::filesystem::remove(token);
  std::filesystem::permissions(file("join.token"), std::filesystem::perms(0600));
}

Fleet::Fleet() {
  broker_watch_ = trust_ca(*this, puppet_ca_, "*");
  for (const auto& spec : six_nodes()) {
    write_ssldir(file("ssl"), spec.identity, puppet_ca_.issue_node(spec.identity),
                 puppet_ca_.certificate());
    auto& node = nodes_[spec.identity] = std::make_unique<Node>(*this, spec);
    if (spec.country == "fr") node->write("ca/ca_crt.pem", puppet_ca_.certificate().pem());
    node->start();
  }
  if (!all_online()) throw std::runtime_error("not all agents came: " + muster({"find"}).err);
}

std::vector<std::string> Fleet::identities() const {
  std::vector<std::string> names;
  for (const auto& [identity, node] : nodes_) names.push_back(identity);
  return names;
}

bool Fleet::comes_to_have_online(const std::vector<std::string>& identities) const {
  return fakes::wait_until([&] { return muster({"find"}).lines() == identities; });
}

}  // namespace muster::test
