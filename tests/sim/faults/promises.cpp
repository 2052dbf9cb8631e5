#include "tests/sim/faults/promises.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "orchestrator/client/record_codec.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {
namespace {

namespace topics = transport::topics;
using plugins::provision::State;

std::optional<client::Record> record_of(const Morning& morning, const std::string& identity) {
  const auto topic = topics::provision_record(morning.site.collective, identity);
  const auto kept = morning.around.broker.retained(topic);
  if (!kept) return std::nullopt;
  const auto believed = commanding(morning.around, morning.site);
  auto record = client::read_record(topic, *kept, *believed);
  return record ? std::optional(*std::move(record)) : std::nullopt;
}

State state_of(const Machine& node) {
  const auto& progress = node.disk().progress;
  return progress ? progress->state : State::waiting;
}

class Look {
 public:
  explicit Look(const Morning& morning) : morning_(morning) {}
  std::vector<std::string> all();

 private:
  void say(std::string what) { broken_.push_back(std::move(what)); }
  void look_at(const Machine& node);
  void look_at_record(const Machine& node);
  void look_at_certificate(const Machine& node);
  void look_at_what_people_are_told(const Machine& node);
  void look_at_tokens();

  const Morning& morning_;
  std::vector<std::string> broken_;
};

void Look::look_at_record(const Machine& node) {
  const auto state = plugins::provision::name_of(state_of(node));
  const auto record = record_of(morning_, node.name());
  if (!record && morning_.has_forgotten) return;
  const std::string said = record ? record->state : "nothing";
  // One that could not be reached is given up without a word to it.
  if (said == "failed" && state_of(node) != State::finished) return;
  if (said != state) say(fmt::format("{} is {}, and its record says {}", node.name(), state, said));
}

void Look::look_at(const Machine& node) {
  if (!is_done(morning_, node))
    return say(
        fmt::format("{} is stuck: {}", node.name(), plugins::provision::name_of(state_of(node))));
  look_at_record(node);
  look_at_what_people_are_told(node);
  if (state_of(node) != State::finished) return;
  look_at_certificate(node);
  const auto presence = topics::presence(morning_.site.collective, node.name());
  if (!morning_.around.broker.retained(presence))
    say(node.name() + " is in production and not online");
}

void Look::look_at_certificate(const Machine& node) {
  std::size_t valid = 0;
  bool has_its_own = false;
  for (const auto& ca : morning_.cas) {
    const auto its = ca->signed_fingerprint(node.name());
    if (its.empty()) continue;
    ++valid;
    has_its_own = has_its_own || its == node.disk().certificate->fingerprint();
  }
  if (valid != 1 || !has_its_own)
    say(fmt::format("{} has {} valid certificates, {}", node.name(), valid,
                    has_its_own ? "its own among them" : "and its own is none"));
}

void Look::look_at_what_people_are_told(const Machine& node) {
  std::size_t good = 0;
  std::size_t bad = 0;
  for (const auto& orchestrator : morning_.orchestrators)
    for (const auto& [id, record] : orchestrator->disk().outbox)
      if (record.identity == node.name()) ++(record.state == "failed" ? bad : good);
  const bool finished = state_of(node) == State::finished;
  if (good != (finished ? 1U : 0U))
    say(fmt::format("people are told {} times that {} is in production", good, node.name()));
  if (!finished && bad == 0) say(node.name() + " has failed and nobody is told");
}

void Look::look_at_tokens() {
  const auto& token = morning_.site.token.claims;
  std::set<std::string> topics_of_uses;
  const auto filter = topics::token_use(morning_.site.collective, token.id, "+", "+");
  for (auto& topic : morning_.around.broker.retained_topics(filter))
    topics_of_uses.insert(std::move(topic));
  for (const auto& orchestrator : morning_.orchestrators)
    for (const auto& [topic, message] : orchestrator->disk().ledger) topics_of_uses.insert(topic);
  if (token.uses > 0 && topics_of_uses.size() > token.uses)
    say(fmt::format("a token of {} uses is used {} times", token.uses, topics_of_uses.size()));
}

std::vector<std::string> Look::all() {
  for (const auto& machine : morning_.machines)
    if (machine->spec().ca == nullptr) look_at(*machine);
  look_at_tokens();
  return std::move(broken_);
}

}  // namespace

bool is_done(const Morning& morning, const Machine& node) {
  const auto state = state_of(node);
  if (state == State::finished || state == State::failed) return true;
  // One that fails before anybody holds its lease is told so by nobody.
  const auto record = record_of(morning, node.name());
  return record && record->state == "failed";
}

std::vector<std::string> broken_promises(const Morning& morning) {
  return Look(morning).all();
}

}  // namespace muster::sim
