// A banned node's session at a real broker: what comes for it while its link is away.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <mutex>
#include <set>

#include "tests/integration/cli/banned.hpp"

namespace muster::test {
namespace {

// A link with a session that outlives it, and what came for it while it was away.
class BannedSessionTest : public BanAtTheBrokerTest {
 protected:
  void SetUp() override {
    BanAtTheBrokerTest::SetUp();
    auto options = as_node();
    options.session_expiry = std::chrono::seconds(600);
    link_ = open(options, [this](transport::LinkState state, const std::string&) {
      if (state == transport::LinkState::connected) connected_ = true;
      if (state != transport::LinkState::lost) return;
      connected_ = false;
      lost_ = true;
      static_cast<void>(fakes::wait_until([this] { return !away_; }));  // before it connects anew
    });
    ASSERT_NE(link_, nullptr);
    auto listening =
        link_->subscribe(transport::topics::request_to_node("main", kTwo, "+"),
                         transport::Qos::at_least_once, [this](const transport::Message& message) {
                           const std::lock_guard lock(mutex_);
                           asked_.insert(message.payload);
                         });
    ASSERT_TRUE(listening) << listening.error().message;
    listening_ = std::move(*listening);
  }
  // Every connection of this process to the nodes' listener breaks.
  static void cut() {
    const auto port = fleet().nodes().substr(fleet().nodes().rfind(':') + 1);
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      const int fd = std::stoi(entry.path().filename());
      sockaddr_in peer{};
      socklen_t size = sizeof peer;
      if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
      if (std::to_string(ntohs(peer.sin_port)) == port) ::shutdown(fd, SHUT_RDWR);
    }
  }
  bool send(const std::string& text) {
    const auto topic = transport::topics::request_to_node("main", kTwo, "operator");
    return operator_->publish(topic, text, {}) && operator_->flush(fakes::kPatience);
  }
  // Sent while the link is away, which is back when this returns.
  void send_meanwhile(const std::string& text) {
    away_ = true;
    lost_ = false;
    cut();
    EXPECT_TRUE(fakes::wait_until([this] { return lost_.load(); }));
    EXPECT_TRUE(send(text));
    away_ = false;
    EXPECT_TRUE(fakes::wait_until([this] { return connected_.load(); }));
  }
  bool was_asked(const std::string& text) {
    const std::lock_guard lock(mutex_);
    return asked_.contains(text);
  }
  bool is_asked(const std::string& text) {
    return send(text) &&
           fakes::wait_until([&] { return was_asked(text); }, std::chrono::milliseconds(200));
  }

  std::atomic<bool> away_{false};
  std::atomic<bool> lost_{false};
  std::atomic<bool> connected_{true};
  std::mutex mutex_;
  std::set<std::string> asked_;
  std::unique_ptr<transport::Bus> link_;
  transport::Subscription listening_;
};

TEST_F(BannedSessionTest, NothingWaitsForABannedNode) {
  const auto orchestrator = fleet().start_orchestrator();
  send_meanwhile("before the ban");
  EXPECT_TRUE(fakes::wait_until([&] { return was_asked("before the ban"); }));

  ASSERT_EQ(muster({"node", "ban", kTwo}).exit_code, 0);
  int probes = 0;
  ASSERT_TRUE(fakes::wait_until([&] { return !is_asked("probe " + std::to_string(++probes)); }));
  send_meanwhile("banned");

  ASSERT_EQ(muster({"node", "unban", kTwo}).exit_code, 0);
  ASSERT_TRUE(fakes::wait_until([&] { return is_asked("unbanned " + std::to_string(++probes)); }));
  EXPECT_FALSE(was_asked("banned")) << "it would have come first";
  EXPECT_TRUE(fleet().all_online());
}

}  // namespace
}  // namespace muster::test
