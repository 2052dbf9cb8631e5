#include "tests/sim/orchestrator/sim_marks.hpp"

#include <nlohmann/json.hpp>

#include "proto/transport/topics.hpp"

namespace muster::sim {
namespace {

std::string text_of(const admission::Endorsement& one) {
  return Value{{"number", one.number},         {"withdrawn", one.withdrawn},
               {"retired_by", one.retired_by}, {"retired_at_ms", one.retired_at_ms},
               {"signed_by", one.endorsed_by}, {"signed_at_ms", one.at_ms}}
      .dump();
}

}  // namespace

SimMarks::SimMarks(BusMember& bus, OrchestratorDisk& disk,
                   const std::map<std::string, x509::Certificate>& cas)
    : bus_(bus),
      disk_(disk),
      cas_(cas),
      prefix_("muster/v1/" + bus.site().collective + "/simulated/mark/") {
  bus.listen(prefix_ + "+", [this](const transport::Message& message) { hear(message); });
  bus.on_gap({.begin =
                  [this] {
                    is_linked_ = false;
                    on_the_bus_.clear();
                  },
              .end = [this] { is_linked_ = true; }});
  for (const auto& [master, text] : disk_.marks)
    if (const auto known = read(master, text)) take(*known);
}

std::optional<admission::Endorsement> SimMarks::read(const std::string& master,
                                                     const std::string& payload) const {
  const auto ca = cas_.find(master);
  if (ca == cas_.end()) return std::nullopt;
  const auto said = Value::parse(payload);
  admission::Endorsement out{ca->second, master};
  out.number = said.at("number");
  out.withdrawn = said.at("withdrawn");
  out.retired_by = said.at("retired_by");
  out.retired_at_ms = said.at("retired_at_ms");
  out.endorsed_by = said.at("signed_by");
  out.at_ms = said.at("signed_at_ms");
  return out;
}

void SimMarks::hear(const transport::Message& message) {
  const std::string master(transport::topics::last_level(message.topic));
  on_the_bus_[master] = message.payload;
  if (message.payload.empty()) return;
  if (const auto heard = read(master, message.payload)) take(*heard);
}

void SimMarks::take(const admission::Endorsement& offered) {
  const auto known = known_.find(offered.master);
  if (known != known_.end() && !admission::replaces(offered, known->second)) return;
  known_.insert_or_assign(offered.master, offered);
  if (!disk_.full) disk_.marks[offered.master] = text_of(offered);
  if (!offered.is_retired())
    told_at_ms_.erase(offered.master);
  else
    told_at_ms_.emplace(offered.master, bus_.around().loop.clock().unix_ms());
}

void SimMarks::look() {
  if (!is_linked_) return;
  for (const auto& [master, mark] : known_) {
    disk_.marks.try_emplace(master, text_of(mark));
    const auto text = text_of(mark);
    if (on_the_bus_[master] != text) (void)bus_.publish(prefix_ + master, text, {.retain = true});
  }
}

Status SimMarks::say(admission::Endorsement changed) {
  ++changed.number;
  changed.endorsed_by = bus_.name();
  changed.at_ms = bus_.clock().unix_ms();
  const auto text = text_of(changed);
  MUSTER_TRY(bus_.publish(prefix_ + changed.master, text, {.retain = true}));
  take(changed);
  return {};
}

bool SimMarks::mark(const std::string& master, const std::string& by) {
  if (!is_linked_) return false;
  const auto known = known_.find(master);
  if (known == known_.end() && by.empty()) return true;
  auto changed =
      known == known_.end() ? admission::Endorsement{cas_.at(master), master} : known->second;
  if (changed.retired_by == by) return true;
  changed.retired_by = by;
  changed.retired_at_ms = bus_.clock().unix_ms();
  bus_.around().trace.line(bus_.name(),
                           master + (by.empty() ? " is not retired any more" : " is retired"));
  return say(std::move(changed)).has_value();
}

Status SimMarks::sign_anew(const provision::Retiring& one) {
  const auto& known = known_.at(one.master);
  if (known.number != one.number) return fail(Errc::aborted, "something newer was heard");
  return say(known);
}

Status SimMarks::withdraw(const provision::Retiring& one) {
  auto known = known_.at(one.master);
  if (!known.is_retired()) return fail(Errc::aborted, one.master + " is not retired any more");
  known.withdrawn = true;
  bus_.around().trace.line(bus_.name(), "withdraws the CA of " + one.master);
  return say(std::move(known));
}

std::vector<admission::Endorsement> SimMarks::all() const {
  std::vector<admission::Endorsement> all;
  for (const auto& [master, mark] : known_) all.push_back(mark);
  return all;
}

std::string SimMarks::retired_by(const std::string& master) const {
  const auto known = known_.find(master);
  return known == known_.end() ? "" : known->second.retired_by;
}

std::optional<std::int64_t> SimMarks::told_at_ms(const std::string& master) const {
  const auto told = told_at_ms_.find(master);
  return told == told_at_ms_.end() ? std::nullopt : std::optional(told->second);
}

}  // namespace muster::sim
