#include "tests/sim/faults/promises.hpp"

#include <fmt/format.h>

#include <set>

#include "orchestrator/provision/news.hpp"
#include "proto/transport/topics.hpp"
#include "tests/sim/faults/lease_promises.hpp"
#include "tests/sim/faults/token_promises.hpp"

namespace muster::sim {
namespace {

namespace topics = transport::topics;
using plugins::provision::State;

class Look {
 public:
  explicit Look(const Morning& morning) : morning_(morning) {}
  std::vector<std::string> all();

 private:
  void say(std::string what) { broken_.push_back(std::move(what)); }
  void look_at(const Machine& node);
  void look_at_record(const Machine& node);
  void look_at_certificate(const Machine& node);
  void look_at_who_waits(const Machine& node);
  void look_at_what_people_are_told(const Machine& node);

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

void Look::look_at_who_waits(const Machine& node) {
  for (const auto& orchestrator : morning_.orchestrators) {
    const auto& disk = orchestrator->disk();
    for (const auto& [id, record] : disk.outbox)
      if (record.identity == node.name() && record.claim) return;
  }
  say(node.name() + " waits for a person, and nobody is told");
}

void Look::look_at(const Machine& node) {
  if (is_left_out(morning_, node)) return;
  if (waits_for_a_person(morning_, node)) return look_at_who_waits(node);
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
  const auto* unknowing = morning_.let_in_unknowing;
  if (morning_.has_forgotten && unknowing != nullptr && unknowing->contains(node.name())) return;
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

// What two orchestrators tell under one id is one message, as people's mail and chat see it: one that told it and died before its
// record said so cannot have said so.
void Look::look_at_what_people_are_told(const Machine& node) {
  std::set<std::string> good;  // ids
  std::size_t bad = 0;
  for (const auto& orchestrator : morning_.orchestrators) {
    const auto& outbox = orchestrator->disk().outbox;
    for (const auto& [id, record] : outbox)
      if (record.identity == node.name() &&
          provision::news_of(record) ==
              provision::News::outcome) {  // else another asks for its name
        if (record.state == "failed")
          ++bad;
        else
          good.insert(id);
      }
  }
  const bool finished = state_of(node) == State::finished;
  const auto lives = node.lives();  // each is told of by itself
  if (good.size() > lives - (finished ? 0U : 1U) || (finished && good.empty()))
    say(fmt::format("people are told {} times that {} is in production", good.size(), node.name()));
  if (!finished && bad == 0) say(node.name() + " has failed and nobody is told");
}

std::vector<std::string> Look::all() {
  for (const auto& machine : morning_.machines)
    if (machine->spec().ca == nullptr) look_at(*machine);
  for (auto& line : broken_lease_promises(morning_)) say(std::move(line));
  for (auto& line : broken_token_promises(morning_)) say(std::move(line));
  return std::move(broken_);
}

}  // namespace

bool is_done(const Morning& morning, const Machine& node) {
  const auto state = state_of(node);
  if (state == State::finished || state == State::failed) return true;
  // One that fails before anybody holds its lease is told so by nobody.
  const auto record = record_of(morning, node.name());
  return (record && record->state == "failed") || is_left_out(morning, node) ||
         waits_for_a_person(morning, node);
}

std::vector<std::string> broken_promises(const Morning& morning) {
  return Look(morning).all();
}

}  // namespace muster::sim
