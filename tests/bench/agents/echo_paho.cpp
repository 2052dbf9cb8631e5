// muster-echo-paho: a bare client on Paho, with the transport that the programs have.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <semaphore>

#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "tests/bench/agents/echo.hpp"

namespace muster::bench {
namespace {

Status echo(const EchoOptions& options) {
  transport::mqtt::Options bus_options;
  bus_options.brokers = {options.broker};
  bus_options.client_id = options.name;
  bus_options.ca_file = options.root;
  bus_options.certificate_file = options.certificate;
  bus_options.key_file = options.key;
  std::counting_semaphore<> calls(1);  // the first answer tells that we are there
  MUSTER_ASSIGN(const auto bus, transport::mqtt::connect(bus_options, {}));
  // A handler on the bus's thread may only enqueue: so an agent does it, too.
  MUSTER_ASSIGN(const auto subscription,
                bus->subscribe(options.call, transport::Qos::at_least_once,
                               [&](const transport::Message&) { calls.release(); }));
  const std::string answer(options.answer_bytes, 'r');
  while (true) {
    calls.acquire();
    // While the link is away there is nobody to tell.
    static_cast<void>(bus->publish(options.answer, answer, {}));
  }
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) {
  try {
    int exit_code = 0;
    const auto options = muster::bench::read_echo_options(argc, argv, exit_code);
    if (!options) return exit_code;
    const auto ended = muster::bench::echo(*options);
    fmt::print(stderr, "muster-echo-paho: {}\n", ended.error().message);
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster-echo-paho: {}\n", error.what());
  }
  return 1;
}
