#include "orchestrator/cli/call_options.hpp"

#include <cmath>

namespace muster::cli {
namespace {

constexpr double kTimeoutLeastS = 0.01;
constexpr double kTimeoutMostS = 24 * 3600;
constexpr int kTtlMostS = 600;  // security::kTtlMaxMs: nodes refuse more

std::chrono::milliseconds from_seconds(double seconds) {
  return std::chrono::milliseconds(std::llround(seconds * 1000));
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

CLI::Option* add_words(CLI::App& command, const std::string& names, std::vector<std::string>& words,
                       const std::string& help, const std::string& type) {
  // One word an occurrence: what follows may be a positional.
  return command.add_option(names, words, help)
      ->type_name(type)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group("Which nodes");
}

}  // namespace

std::chrono::milliseconds CallOptions::timeout_or(std::chrono::milliseconds otherwise) const {
  return timeout_s ? from_seconds(*timeout_s) : otherwise;
}

std::chrono::milliseconds CallOptions::discovery_timeout() const {
  return from_seconds(discovery_timeout_s);
}

Result<filter::Filter> CallOptions::filter() const {
  filter::Text all = words;
  for (const auto& part : with) {
    MUSTER_ASSIGN(const auto text, filter::parse_with(part));
    append(all.facts, text.facts);
    append(all.classes, text.classes);
    append(all.agents, text.agents);
    append(all.identities, text.identities);
    append(all.compounds, text.compounds);
  }
  return filter::Filter::parse(all);
}

void add_target_option(CLI::App& command, CallOptions& options) {
  command.add_option("-T,--target", options.target, "Collective to speak to")
      ->type_name("COLLECTIVE")
      ->group("Request");
}

void add_timeout_options(CLI::App& command, CallOptions& options) {
  add_target_option(command, options);
  const auto range = CLI::Range(kTimeoutLeastS, kTimeoutMostS);
  command.add_option("-t,--timeout", options.timeout_s, "Seconds until who is silent is named")
      ->type_name("SECONDS")
      ->check(range)
      ->group("Request");
  command
      .add_option("--discovery-timeout,--dt", options.discovery_timeout_s,
                  "Seconds nodes get to judge a filter that presence cannot answer")
      ->type_name("SECONDS")
      ->check(range)
      ->capture_default_str()
      ->group("Request");
  command.add_option("--ttl", options.ttl_s, "Seconds after which a node ignores the request")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, kTtlMostS))
      ->capture_default_str()
      ->group("Request");
}

void add_filter_options(CLI::App& command, CallOptions& options) {
  add_words(command, "-F,--with-fact,--wf", options.words.facts,
            "With this fact: country=de, kernelversion>=5, os.family=~/deb/i; all must hold",
            "FACT");
  add_words(command, "-C,--with-class,--wc", options.words.classes,
            "With this class, or /regex/; all must hold", "CLASS");
  add_words(command, "-A,--with-agent,--wa", options.words.agents,
            "That run this agent; all must hold", "AGENT");
  add_words(command, "-I,--with-identity,--wi", options.words.identities,
            "With this name, or /regex/; any may hold", "NODE");
  add_words(command, "-W,--with", options.with, "Facts and classes in one word", "'WORD …'");
  add_words(command, "-S,--select", options.words.compounds,
            "Expression: (country=de or country=us) and not web", "EXPRESSION");
}

}  // namespace muster::cli
