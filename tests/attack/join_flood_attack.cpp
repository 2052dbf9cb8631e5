// Floods of the join zone, which everybody reaches who has an image: connections, announcements, large ones.
#include <sys/resource.h>
#include <sys/socket.h>

#include "orchestrator/broker/nftables.hpp"
#include "orchestrator/provision/join_answers.hpp"
#include "orchestrator/provision/live/announcements.hpp"
#include "proto/messages/join.hpp"
#include "proto/transport/mqtt/socket_to.hpp"
#include "tests/attack/row.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/provision_engine/join_desk_lab.hpp"

namespace muster::attack {
namespace {

// A desk of an orchestrator, and a machine that has the join password.
class JoinZone : public muster::provision::JoinDeskTest {
 protected:
  void flood(int times, const std::string& token) {
    messages::JoinAnnounce wire;
    wire.client_id = "c1";
    wire.token = token;
    wire.nonce = "nonce";
    for (int i = 0; i < times; ++i) {
      wire.identity = "made-up-" + std::to_string(i);
      desk_.judge("c1",
                  security::Signer::with_key(key_)
                      .seal(envelope::Kind::join_announce, test::body_of(wire))
                      .value(),
                  [] {});
      world_.loop.advance(std::chrono::milliseconds(0));
    }
    run_due();
  }
};

TEST_F(JoinZone, AGarbageTokenLeavesNoRecord) {
  row("holder of a join token", "announces 2,000 machines with garbage for a token",
      "a few are answered and logged, with the number of the others; no record, nobody is told");
  flood(2'000, "garbage");
  EXPECT_EQ(refused_ + waiting_ + postponed_ + joined_, 0) << "records on the bus";
  EXPECT_LE(answered_, static_cast<int>(muster::provision::kRefusedAnswers.burst));
  ca_says("absent");
  announce(token(), key_);
  EXPECT_EQ(joined_, 1) << "who has a token joins";
}

TEST_F(JoinZone, ATokenOfARevokedIssuerLetsNobodyIn) {
  row("issuer", "joins a machine with a token that it made before it was revoked",
      "answered that the token's issuer is worth nothing; no record, no CA is asked");
  ca_says("absent");
  const auto file = token();
  ASSERT_TRUE(
      lab_.link().take(test::revoke(lab_.pki().root(), 1, {lab_.pki().issuer().certificate})));
  announce(file, key_);
  EXPECT_EQ(joined_, 0) << "a revoked issuer's token lets machines in";
  EXPECT_EQ(answered_, 1);
  EXPECT_EQ(asked(), 0U);
}

TEST_F(JoinZone, ARevokedTokenLetsNobodyIn) {
  row("holder of a join token", "joins a machine with a token that was revoked",
      "refused: told who revoked it");
  ca_says("absent");
  const auto file = token();
  revoke(file.claims.id);
  announce(file, key_);
  EXPECT_EQ(joined_, 0);
  EXPECT_NE(refusal_.find("revoked by alice"), std::string::npos) << refusal_;
  announce(token([](security::JoinClaims& claims) { claims.id = "another"; }), key_);
  EXPECT_EQ(joined_, 1) << "another token is good";
}

TEST_F(JoinZone, LargeAnnouncementsKeepNoOthersOut) {
  row("holder of a join token", "announces as 200 clients 1 MiB each, faster than they are judged",
      "64 MiB wait at most, what is beyond is dropped, and its client named; each has one turn");
  auto& loop = world_.loop;
  std::set<std::string> judged;
  muster::provision::Announcements::Done in_hand;
  const auto poster = std::make_shared<loop::ClosablePoster>(loop);
  muster::provision::Announcements waiting(poster,
                                           [&](const transport::Message& message, auto done) {
                                             judged.insert(message.topic);
                                             in_hand = std::move(done);
                                           });
  for (int i = 0; i < 200; ++i)
    waiting.push({transport::topics::join_announce("evil" + std::to_string(i)),
                  std::string(1U << 20U, 'x')});
  const auto honest = transport::topics::join_announce("c1");
  waiting.push({honest, "here I am"});
  for (std::size_t turns = 0; turns < 66 && !judged.contains(honest); ++turns) {
    loop.advance(std::chrono::milliseconds(0));
    if (const auto done = std::exchange(in_hand, nullptr)) done();
  }
  EXPECT_TRUE(judged.contains(honest)) << "its announcement was dropped";
}

// For this process and the broker it starts.
bool allow_many_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max > 3 * broker::kJoinOpenMax;
}

TEST(JoinListener, IdleConnectionsKeepNoMemberOut) {
  row("stranger on the network", "2,200 connections to the join listener that say nothing",
      "the broker hangs up on those beyond 2,000; members and operators connect");
  ASSERT_TRUE(allow_many_descriptors());
  const test::TestPki pki;
  const test::Mosquitto mosquitto(pki);
  std::vector<base::UniqueFd> idle;
  const auto until = std::chrono::steady_clock::now() + fakes::kPatience;
  for (std::size_t i = 0; i < broker::kJoinOpenMax + 200; ++i) {
    auto fd = transport::mqtt::connect_tcp({"127.0.0.1", mosquitto.config().join_port}, until);
    if (!fd) break;  // the broker takes no more: what is wanted
    idle.push_back(std::move(*fd));
  }
  EXPECT_GE(idle.size(), broker::kJoinOpenMax);
  const auto hung_up = [&idle] {
    char byte = 0;
    return std::any_of(idle.begin(), idle.end(), [&byte](const base::UniqueFd& fd) {
      return ::recv(fd.get(), &byte, 1, MSG_DONTWAIT) == 0;
    });
  };
  EXPECT_TRUE(fakes::wait_until(hung_up)) << "all descriptors of the broker may be taken";
  test::Client node(mosquitto.as_node("n1"));
  test::Client alice(mosquitto.as_operator("alice"));
  ASSERT_TRUE(node && alice) << node.error().message << alice.error().message;
  const std::string topic = "muster/v1/main/presence/n1";
  ASSERT_TRUE(alice.listen(topic) && node->publish(topic, "here", {}));
  EXPECT_TRUE(alice.hears(topic, "here"));
}

}  // namespace
}  // namespace muster::attack
