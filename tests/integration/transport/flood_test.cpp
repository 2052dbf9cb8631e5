// What the join zone can do to everybody else: idle connections, and the packet filter's rules against them.
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "orchestrator/broker/nftables.hpp"
#include "proto/transport/mqtt/socket_to.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

// For this process and the broker it starts.
bool allow_many_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max > 3 * broker::kJoinOpenMax;
}

class FloodTest : public testing::Test {
 protected:
  const bool enough_ = allow_many_descriptors();
  TestPki pki_;
  Mosquitto mosquitto_{pki_};
};

TEST_F(FloodTest, IdleConnectionsAtTheJoinListenerKeepNoMemberOut) {
  ASSERT_TRUE(enough_);
  std::vector<base::UniqueFd> idle;
  const auto until = std::chrono::steady_clock::now() + fakes::kPatience;
  for (std::size_t i = 0; i < broker::kJoinOpenMax + 200; ++i) {
    auto fd = transport::mqtt::connect_tcp({"127.0.0.1", mosquitto_.config().join_port}, until);
    if (!fd && i >= broker::kJoinOpenMax) break;  // the broker takes no more: what is wanted
    ASSERT_TRUE(fd) << i;
    idle.push_back(std::move(*fd));
  }
  const auto hung_up = [&idle] {
    char byte = 0;
    return std::any_of(idle.begin(), idle.end(), [&byte](const base::UniqueFd& fd) {
      return ::recv(fd.get(), &byte, 1, MSG_DONTWAIT) == 0;
    });
  };
  EXPECT_TRUE(fakes::wait_until(hung_up)) << "the broker has a limit for this listener";
  Client node(mosquitto_.as_node("n1"));
  EXPECT_TRUE(node) << node.error().message;
  Client op(mosquitto_.as_operator("alice"));
  EXPECT_TRUE(op) << op.error().message;
  ASSERT_TRUE(op.listen("muster/v1/main/presence/n1"));
  ASSERT_TRUE(node->publish("muster/v1/main/presence/n1", "here", {}));
  EXPECT_TRUE(op.hears("muster/v1/main/presence/n1", "here"));
}

// In a network of its own, with a listener that accepts and holds whatever comes.
TEST(NftablesTest, OneSourceHoldsAFewConnectionsOpenAndNoMore) {
  if (::access("/usr/sbin/nft", X_OK) != 0 || ::geteuid() != 0)
    GTEST_SKIP() << "needs nft and root";
  fakes::TempFolder folder;
  folder.write("muster.nft", broker::nftables_rules(18884, 18883, 18888));
  folder.write("try.py", R"(
import socket, sys
listener = socket.create_server(("127.0.0.1", 18884), backlog=1000)
held = []
for _ in range(80):
    try: held.append(socket.create_connection(("127.0.0.1", 18884), timeout=1))
    except OSError: pass
sys.exit(0 if len(held) == int(sys.argv[1]) else 1 + min(len(held), 100))
)");
  const auto run = [&folder](const std::string& rules, unsigned held) {
    const auto command = "unshare -n sh -c 'ip link set lo up && " + rules + " && exec python3 " +
                         (folder / "try.py").string() + " " + std::to_string(held) + "'";
    return WEXITSTATUS(std::system(command.c_str()));  // NOLINT(cert-env33-c): a test's own words
  };
  EXPECT_EQ(run("true", 80), 0) << "without the rules";
  const auto load = "nft -f " + (folder / "muster.nft").string();
  EXPECT_EQ(run(load, broker::kJoinOpenPerSource), 0) << "one more than it held";
  EXPECT_EQ(run(load + " && " + load, broker::kJoinOpenPerSource), 0) << "loaded twice";
}

}  // namespace
}  // namespace muster::test
