// muster-echo-libmosquitto: a bare client on libmosquitto's external loop, on one thread.
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "proto/base/clock.hpp"
#include "proto/base/endpoint.hpp"
#include "tests/bench/agents/echo.hpp"
#include "tests/swarm/links/swarm_links.hpp"

namespace muster::bench {
namespace {

constexpr auto kQos = transport::Qos::at_least_once;

class Echo final : public swarm::LinkUser {
 public:
  explicit Echo(const EchoOptions& options)
      : options_(options), answer_(options.answer_bytes, 'r') {}

  Status begin(swarm::SwarmLinks& links, swarm::LinkSettings settings) {
    MUSTER_ASSIGN(link_, links.add(std::move(settings), *this));
    link_->connect();
    return {};
  }

 private:
  void on_link(transport::LinkState state, const std::string&) override {
    // After a loss the link has subscribed again by itself.
    if (!subscribed_ && state == transport::LinkState::connected)
      subscribed_ = link_->subscribe({options_.call}, kQos).has_value();
  }
  void on_refused(const Error& why) override {
    fmt::print(stderr, "muster-echo-libmosquitto: {}\n", why.message);
  }
  void on_left() override {}
  void on_subscribed(int, bool) override { answer(); }
  void on_message(transport::Message) override { answer(); }
  // While the link is away there is nobody to tell.
  void answer() { static_cast<void>(link_->publish(options_.answer, answer_, {.qos = kQos})); }

  const EchoOptions& options_;
  const std::string answer_;
  bool subscribed_ = false;
  std::unique_ptr<swarm::SwarmLink> link_;
};

Status echo(const EchoOptions& options) {
  MUSTER_ASSIGN(const auto broker, base::parse_endpoint(options.broker));
  MUSTER_ASSIGN(auto key, x509::Key::private_from_file(options.key));
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_file(options.certificate));
  const swarm::Pair pair{std::move(key), std::move(certificate)};
  const base::SystemClock clock;
  swarm::EpollLoop loop(clock);
  swarm::LinksOptions links_options;
  links_options.host = broker.host;
  links_options.ca_file = options.root;
  MUSTER_ASSIGN(const auto links, swarm::SwarmLinks::make(loop, links_options));
  Echo echo(options);
  MUSTER_TRY(echo.begin(*links, {options.name, broker.port, &pair, "", "", {}, true}));
  loop.run();
  return {};
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) {
  try {
    int exit_code = 0;
    const auto options = muster::bench::read_echo_options(argc, argv, exit_code);
    if (!options) return exit_code;
    const auto ended = muster::bench::echo(*options);
    if (ended) return 0;
    fmt::print(stderr, "muster-echo-libmosquitto: {}\n", ended.error().message);
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster-echo-libmosquitto: {}\n", error.what());
  }
  return 1;
}
