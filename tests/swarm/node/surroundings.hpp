// What all nodes of a swarm share: what no node could tell another by.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "proto/ddl/texts.hpp"
#include "proto/loop/executor.hpp"
#include "proto/policy/policy_store.hpp"
#include "proto/security/known_roots.hpp"
#include "proto/security/token_file.hpp"
#include "tests/support/played/runs.hpp"
#include "tests/swarm/ca/nodes_ca.hpp"
#include "tests/swarm/links/swarm_links.hpp"
#include "tests/swarm/node/headcount.hpp"
#include "tests/swarm/node/swarm_workplace.hpp"

namespace muster::swarm {

// What nodes join with, and where.
struct JoinZone {
  security::TokenFile token;
  std::uint16_t port = 0;  // of the join listener
  CasOfMasters cas;        // of their masters
  Headcount& provisioned;  // who has had the last step
};

// Descriptions of agents, read once for all.
struct Descriptions {
  ddl::Lazy<ddl::Agent> rpcutil = ddl::built_in_at_use("rpcutil");
  ddl::Lazy<ddl::Agent> puppet = ddl::built_in_at_use("puppet");
  ddl::Lazy<ddl::Agent> provision = ddl::built_in_at_use("provision");
  ddl::Lazy<ddl::Agent> puppetca = ddl::built_in_at_use("puppetca");
};

// Outlives the nodes; used on the loop's thread.
struct Surroundings {
  const base::Clock& clock;
  SwarmLinks& links;
  loop::Executor& executor;
  const policy::PolicyStore& policies;
  const security::KnownRoots& roots;
  Headcount& headcount;
  const Descriptions& descriptions;
  std::uint16_t members_port = 0;
  std::string collective;
  std::uint64_t seed = 0;  // of facts, and of how runs end
  played::RunHabits runs;
  std::chrono::seconds registration_interval{0};  // 0: nobody registers
  std::chrono::seconds registration_splay{0};
  std::optional<JoinZone> joining = std::nullopt;  // nothing: all are members from the start
};

}  // namespace muster::swarm
