// N nodes with the agent's real core in one process, on one thread, at a real broker.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "tests/swarm/ca/folder_ca.hpp"
#include "tests/swarm/ca/swarm_ca.hpp"
#include "tests/swarm/keys/swarm_keys.hpp"
#include "tests/swarm/links/swarm_links.hpp"
#include "tests/swarm/node/inline_executor.hpp"
#include "tests/swarm/node/swarm_node.hpp"
#include "tests/swarm/options.hpp"

namespace muster::swarm {

// In the end all nodes leave in order, within this time.
inline constexpr std::chrono::seconds kLeaveMost{30};

// The node that signs for those who join.
inline constexpr auto kMasterName = "master.swarm.example";

struct SwarmCounts {
  std::size_t nodes = 0;
  std::size_t present = 0;     // on the bus as members
  std::uint64_t received = 0;  // requests
  std::uint64_t answered = 0;  // replies sent
};

// create(), then run() on one thread.
class Swarm {
 public:
  struct Calls {
    std::function<void(const Headcount::Complete&)> all_present;      // whenever all are on the bus
    std::function<void(const Headcount::Complete&)> all_provisioned;  // of those who join
  };
  // Reads or makes the keys. Errc::limit and others say what does not suffice, and what to do.
  static Result<std::unique_ptr<Swarm>> create(const Options& options, Calls calls);
  ~Swarm();

  // Serves until stop(), then has all nodes leave.
  void run();
  // From a signal handler too.
  void stop() { loop_.stop(); }
  SwarmCounts counts() const;

 private:
  Swarm(const Options& options, Calls calls);
  Status open();
  Status open_links();
  Status read_keys();
  Status open_cas();
  Status open_join_zone();
  Status make_nodes();
  Status make_master();
  Result<SwarmNode::Spec> joining_spec(std::size_t index) const;
  Status make_node(SwarmNode::Spec spec);
  void leave();

  const Options options_;
  base::SystemClock clock_;
  EpollLoop loop_{clock_};
  InlineExecutor executor_{loop_};
  Headcount present_;
  Headcount provisioned_;
  Descriptions descriptions_;
  policy::PolicyStore policies_;
  std::unique_ptr<security::KnownRoots> roots_;
  std::unique_ptr<test::TestCa> ca_;  // without `masters`
  std::unique_ptr<SwarmKeys> keys_;
  std::optional<SwarmCa> signs_;  // of those who join, without `masters`
  std::map<std::string, std::unique_ptr<FolderCa>> folder_cas_;  // of `masters`
  std::unique_ptr<SwarmLinks> links_;
  std::optional<Surroundings> around_;
  std::vector<std::unique_ptr<SwarmNode>> nodes_;
};

}  // namespace muster::swarm
