#include "tests/bench/agents/echo.hpp"

#include <CLI/CLI.hpp>

namespace muster::bench {

std::optional<EchoOptions> read_echo_options(int argc, const char* const* argv, int& exit_code) {
  constexpr std::size_t kAnswerBytesMax = 65'536;
  EchoOptions options;
  CLI::App app{"Answers a message with a message; until it is killed"};
  app.add_option("--broker", options.broker, "the nodes' listener, HOST:PORT")->required();
  app.add_option("--name", options.name, "client id")->required();
  app.add_option("--root", options.root, "PEM, of the broker's certificate")->required();
  app.add_option("--certificate", options.certificate, "PEM")->required();
  app.add_option("--key", options.key, "PEM")->required();
  app.add_option("--call", options.call, "filter of what it answers")->required();
  app.add_option("--answer", options.answer, "topic of its answers")->required();
  app.add_option("--answer-bytes", options.answer_bytes, "size of an answer")
      ->check(CLI::Range(std::size_t{1}, kAnswerBytesMax));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = app.exit(error);
    return std::nullopt;
  }
  return options;
}

}  // namespace muster::bench
