#include "tests/swarm/swarm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "proto/base/encoding.hpp"
#include "proto/base/endpoint.hpp"
#include "proto/base/files.hpp"
#include "tests/swarm/links/descriptors.hpp"

namespace muster::swarm {
namespace {

constexpr std::chrono::milliseconds kAskEvery{20};
// Without a folder of policies Muster's own are in force.
constexpr auto kNoPolicies = "/nonexistent/muster-swarm/policies";
constexpr auto kKeysFile = "swarm.keys";
constexpr auto kMasterFiles = "master";  // .key and .pem, beside its CA

// Whether one is in this process.
bool has_master(const Options& options) {
  return !options.serve.empty() || (!options.join_token.empty() && options.masters.empty());
}

}  // namespace

Swarm::Swarm(const Options& options, Calls calls)
    : options_(options),
      present_(clock_, options.nodes + (has_master(options) ? 1 : 0), std::move(calls.all_present)),
      provisioned_(clock_, options.nodes, std::move(calls.all_provisioned)),
      policies_(kNoPolicies) {}

Swarm::~Swarm() = default;

Result<std::unique_ptr<Swarm>> Swarm::create(const Options& options, Calls calls) {
  std::unique_ptr<Swarm> swarm(new Swarm(options, std::move(calls)));
  MUSTER_TRY(swarm->open());
  return swarm;
}

Status Swarm::open() {
  MUSTER_TRY(make_room_for(options_.nodes + 1));
  MUSTER_ASSIGN(roots_, security::KnownRoots::open({.operators = options_.operator_root,
                                                    .orchestrators = options_.orchestrator_root}));
  MUSTER_TRY(open_cas());
  MUSTER_TRY(open_links());
  if (!options_.join_token.empty())
    MUSTER_TRY(open_join_zone());
  else if (options_.serve.empty())
    MUSTER_TRY(read_keys());
  if (has_master(options_)) MUSTER_TRY(make_master());
  return make_nodes();
}

Status Swarm::open_cas() {
  if (options_.masters.empty()) {
    ca_ = std::make_unique<test::TestCa>(test::TestCa::from_folder(options_.ca_folder));
    return {};
  }
  for (const auto& entry : std::filesystem::directory_iterator(options_.masters))
    folder_cas_[entry.path().filename()] = std::make_unique<FolderCa>(entry.path());
  if (!options_.serve.empty() && !folder_cas_.contains(options_.serve))
    return fail(Errc::config, fmt::format("--serve {}: there is no such folder in {}",
                                          options_.serve, options_.masters.string()));
  return {};
}

Status Swarm::open_links() {
  LinksOptions links;
  links.host = options_.host;
  links.ca_file = options_.operator_root;
  links.sources = options_.sources;
  links.connecting_max = options_.connecting_max;
  MUSTER_ASSIGN(links_, SwarmLinks::make(loop_, links));
  around_.emplace(Surroundings{.clock = clock_,
                               .links = *links_,
                               .executor = executor_,
                               .policies = policies_,
                               .roots = *roots_,
                               .headcount = present_,
                               .descriptions = descriptions_,
                               .members_port = options_.port,
                               .collective = options_.collective,
                               .seed = options_.seed,
                               .runs = options_.runs,
                               .registration_interval = options_.registration_interval,
                               .registration_splay = options_.registration_splay});
  return {};
}

Status Swarm::read_keys() {
  keys_ = std::make_unique<SwarmKeys>(*ca_);
  const auto file = options_.ca_folder / kKeysFile;
  if (auto read = keys_->read(file); !read && read.error().code != Errc::not_found)
    return fail(read.error());
  const auto wanted = options_.first + options_.nodes;
  if (keys_->size() >= wanted) return {};
  keys_->make(wanted);
  return keys_->write(file);
}

Status Swarm::open_join_zone() {
  const auto& file = options_.join_token;
  MUSTER_ASSIGN(const auto text, base::read_file(file, security::kTokenFileMaxBytes));
  MUSTER_ASSIGN(auto token, security::read_token_file(text, file.string()));
  MUSTER_ASSIGN(const auto listener, base::parse_endpoint(token.join_brokers.front()));
  CasOfMasters cas;
  if (ca_) cas.emplace(kMasterName, &signs_.emplace(*ca_));
  for (const auto& [name, ca] : folder_cas_) cas.emplace(name, ca.get());
  around_->joining.emplace(JoinZone{std::move(token), listener.port, std::move(cas), provisioned_});
  return {};
}

Status Swarm::make_node(SwarmNode::Spec spec) {
  MUSTER_ASSIGN(auto node, SwarmNode::make(*around_, std::move(spec)));
  nodes_.push_back(std::move(node));
  return {};
}

// One that is started again has the key of before, or it would be another machine with its name.
Status Swarm::make_master() {
  if (options_.serve.empty())
    return make_node({.name = kMasterName,
                      .index = options_.nodes,
                      .role = SwarmRole::master,
                      .keys = {.member = ca_->issue_node(kMasterName)},
                      .signs_with = &*signs_});
  auto& ca = *folder_cas_.at(options_.serve);
  const auto folder = options_.masters / options_.serve;
  if (!std::filesystem::exists(folder / (std::string(kMasterFiles) + ".pem")))
    ca.ca().issue_node(options_.serve).write(folder, kMasterFiles);
  MUSTER_ASSIGN(auto key,
                x509::Key::private_from_file(folder / (std::string(kMasterFiles) + ".key")));
  MUSTER_ASSIGN(auto certificate,
                x509::Certificate::from_file(folder / (std::string(kMasterFiles) + ".pem")));
  return make_node({.name = options_.serve,
                    .index = kNodesMax,
                    .role = SwarmRole::master,
                    .keys = {.member = Pair{std::move(key), std::move(certificate)}},
                    .signs_with = &ca});
}

Result<SwarmNode::Spec> Swarm::joining_spec(std::size_t index) const {
  SwarmNode::Spec spec{.name = name_of(index), .index = index, .role = SwarmRole::joins};
  if (!options_.state.empty()) {
    spec.folder = options_.state / spec.name;
    MUSTER_ASSIGN(spec.keys, NodeFolder(*spec.folder).keys());
    return spec;
  }
  MUSTER_ASSIGN(auto key, x509::Key::generate_p256());
  spec.keys.join.emplace(agent::JoinIdentity{base::random_id(), std::move(key)});
  return spec;
}

Status Swarm::make_nodes() {
  for (std::size_t i = options_.first; i < options_.first + options_.nodes; ++i) {
    if (keys_) {
      MUSTER_TRY(make_node({.name = name_of(i), .index = i, .keys = {.member = (*keys_)[i]}}));
      continue;
    }
    MUSTER_ASSIGN(auto spec, joining_spec(i));
    MUSTER_TRY(make_node(std::move(spec)));
  }
  return {};
}

void Swarm::run() {
  present_.begin();
  provisioned_.begin();
  for (const auto& node : nodes_) node->start();
  loop_.run();
  leave();
}

void Swarm::leave() {
  for (const auto& node : nodes_) node->stop();
  const auto deadline = clock_.steady() + kLeaveMost;
  std::function<void()> ask = [&] {
    const bool all =
        std::all_of(nodes_.begin(), nodes_.end(), [](const auto& node) { return node->over(); });
    if (all || clock_.steady() > deadline) return loop_.stop();
    loop_.after(kAskEvery, ask);
  };
  ask();
  loop_.run();
}

SwarmCounts Swarm::counts() const {
  SwarmCounts counts;
  counts.nodes = nodes_.size();
  counts.present = present_.present();
  for (const auto& node : nodes_) {
    counts.received += node->received();
    counts.answered += node->replies();
  }
  return counts;
}

}  // namespace muster::swarm
