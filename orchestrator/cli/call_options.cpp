#include "orchestrator/cli/call_options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "orchestrator/cli/discovery/piped.hpp"
#include "proto/filter/filter.hpp"

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

void add_words(Command command, const std::string& names, std::vector<std::string>& words,
               const std::string& help, const std::string& type) {
  command.option(names, words, help).type(type).one_word_each().group("Which nodes");
}

}  // namespace

std::chrono::milliseconds CallOptions::timeout_or(std::chrono::milliseconds otherwise) const {
  return timeout_s ? from_seconds(*timeout_s) : otherwise;
}

std::chrono::seconds CallOptions::action_limit() const {
  if (!timeout_s) return std::chrono::seconds(0);
  return std::chrono::seconds(std::max<std::int64_t>(1, std::llround(std::ceil(*timeout_s)) - 1));
}

std::chrono::milliseconds CallOptions::discovery_timeout() const {
  return from_seconds(discovery_timeout_s);
}

Result<filter::Text> CallOptions::text() const {
  filter::Text all = words;
  for (const auto& part : with) {
    MUSTER_ASSIGN(const auto text, filter::parse_with(part));
    append(all.facts, text.facts);
    append(all.classes, text.classes);
    append(all.agents, text.agents);
    append(all.identities, text.identities);
    append(all.compounds, text.compounds);
  }
  return all;
}

Result<filter::Filter> CallOptions::filter() const {
  MUSTER_ASSIGN(const auto all, text());
  return filter::Filter::parse(all);
}

Result<Aim> CallOptions::aim(const std::string& agent) const {
  MUSTER_ASSIGN(auto parsed, filter());
  auto kept = std::make_shared<const filter::Filter>(std::move(parsed));
  Search search{.filter = *kept, .agent = agent};
  const auto& from = discovery;
  search.options = from.options;
  search.nodes_file = from.nodes_file;
  search.patience = discovery_timeout();
  search.confirmed = yes;
  if (!from.method.empty()) {
    MUSTER_ASSIGN(search.method, method_from(from.method));
  } else if (!from.nodes_file.empty()) {
    search.method = Method::file;
  } else if (names_are_piped(STDIN_FILENO)) {
    search.method = Method::piped;
  }
  if (!from.nodes_file.empty() && search.method != Method::file)
    return fail(Errc::config,
                fmt::format("--nodes is for discovery by file, not by {}", name_of(search.method)));
  if (from.one && !from.limit.empty())
    return fail(Errc::config, "--one is --limit 1; say one of them");
  if (from.one || !from.limit.empty()) {
    MUSTER_ASSIGN(search.limit.count, Count::parse("--limit", from.one ? "1" : from.limit));
  } else if (from.limit_seed) {
    return fail(Errc::config, "--limit-seed needs --limit");
  }
  search.limit.seed = from.limit_seed;
  return Aim{std::move(kept), std::move(search)};
}

void add_target_option(Command command, CallOptions& options) {
  command.option("-T,--target", options.target, "Collective to speak to")
      .type("COLLECTIVE")
      .group("Request");
}

void add_timeout_options(Command command, CallOptions& options) {
  add_target_option(command, options);
  command.option("-t,--timeout", options.timeout_s, "How long until who is silent is named")
      .time(kTimeoutLeastS, kTimeoutMostS)
      .group("Request");
  command
      .option("--discovery-timeout,--dt", options.discovery_timeout_s,
              "How long nodes get to judge a filter that presence cannot answer")
      .time(kTimeoutLeastS, kTimeoutMostS)
      .shows_default()
      .group("Request");
  command.option("--ttl", options.ttl_s, "How long until a node ignores the request")
      .time(1, kTtlMostS, /*whole=*/true)
      .shows_default()
      .group("Request");
}

void add_filter_options(Command command, CallOptions& options) {
  add_words(command, "-F,--with-fact,--wf", options.words.facts,
            "With this fact: country=de, kernelversion>=5, os.family=~/deb/i; all must hold",
            "FACT");
  add_words(command, "-C,--with-class,--wc", options.words.classes,
            "With this class, or /regex/; all must hold", "CLASS");
  add_words(command, "-A,--with-agent,--wa", options.words.agents,
            "That run this agent, or /regex/; all must hold", "AGENT");
  add_words(command, "-I,--with-identity,--wi", options.words.identities,
            "With this name, or /regex/; any may hold", "NODE");
  add_words(command, "-W,--with", options.with, "Facts and classes in one word", "'WORD …'");
  add_words(command, "-S,--select", options.words.compounds,
            "Expression: (country=de or country=us) and not web", "EXPRESSION");
}

void add_discovery_options(Command command, CallOptions& options) {
  auto& from = options.discovery;
  command
      .option("--dm,--disc-method", from.method,
              "How to find them: automatic, presence, broadcast, registry, file, stdin, external")
      .type("METHOD")
      .group("Which nodes");
  command.option("--do,--disc-option", from.options, "Option of the method, such as format=json")
      .type("KEY=VALUE")
      .one_word_each()
      .group("Which nodes");
  command
      .option("-n,--nodes", from.nodes_file,
              "File of names: one a line, YAML, or JSON as --json prints it")
      .type("FILE")
      .group("Which nodes");
  command.option("--limit,--ln,--limit-nodes", from.limit, "Only so many of them, or such a share")
      .type("N|N%")
      .group("Which nodes");
  command
      .option("--limit-seed", from.limit_seed, "Chosen as if at random, the same for the same seed")
      .type("NUMBER")
      .group("Which nodes");
  command.flag("-1,--one", from.one, "Only one of them").group("Which nodes");
  command.flag("--yes", options.yes, "More than a node's max_nodes are meant").group("Which nodes");
}

void add_call_options(Command command, CallOptions& options) {
  add_filter_options(command, options);
  add_discovery_options(command, options);
  add_timeout_options(command, options);
}

}  // namespace muster::cli
