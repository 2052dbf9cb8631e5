#include "orchestrator/provision/live/masters.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/reply_fields.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/elsewhere.hpp"

namespace muster::provision {
namespace {

// What the endorsement says, a master cannot change to draw nodes.
bool chosen_by_own_facts(const EndorsedMaster& master) {
  return master.endorsement.facts.empty();
}

MasterCandidate candidate_of(const EndorsedMaster& master, const client::NodeResult& answer) {
  MasterCandidate candidate;
  candidate.identity = master.member->identity;
  candidate.patterns = master.endorsement.patterns;
  candidate.facts = chosen_by_own_facts(master) ? master.member->facts : master.endorsement.facts;
  if (answer.outcome != client::Outcome::ok) {
    candidate.ill_because =
        answer.outcome == client::Outcome::silent
            ? "its agent does not answer"
            : fmt::format("{}: {}", client::name_of(answer.outcome), answer.message);
    return candidate;
  }
  candidate.healthy = client::flag_at(answer.data, "running");
  if (!candidate.healthy) {
    const auto why = client::text_at(answer.data, "reason");
    candidate.ill_because = "its Puppet Server is down" + (why.empty() ? "" : ": " + why);
  }
  if (const auto load = answer.data.find("load"); load != answer.data.end() && load->is_number())
    candidate.load = load->get<double>();
  return candidate;
}

}  // namespace

Masters::Masters(client::Link& link, client::Fleet& fleet, Asker& asker, loop::Executor& executor,
                 Debts& debts, std::size_t per_master, std::vector<std::string> facts,
                 HealthTimes times)
    : link_(link),
      fleet_(fleet),
      asker_(asker),
      executor_(executor),
      debts_(debts),
      per_master_(per_master),
      facts_(std::move(facts)),
      times_(times),
      told_(asker.waits()) {}

std::vector<EndorsedMaster> Masters::endorsed_online() const {
  std::vector<EndorsedMaster> masters;
  for (auto& endorsement : link_.endorsements().of_masters(link_.clock().unix_ms())) {
    auto member = fleet_.find(endorsement.master);
    if (!member || !member->runs(kMasterAgent)) continue;
    // Refused earlier already; but presence may be older than the endorsement.
    if (member->ca_fingerprint != link_.endorsements().identity_of(endorsement.fingerprint()))
      continue;
    masters.push_back({std::move(endorsement), std::move(member)});
  }
  return masters;
}

loop::Task<std::vector<MasterCandidate>> Masters::ask() {
  std::vector<MasterCandidate> candidates;
  const auto masters = endorsed_online();
  if (masters.empty()) co_return candidates;
  std::vector<std::string> all;
  std::vector<std::string> by_own_facts;
  for (const auto& master : masters) {
    all.push_back(master.member->identity);
    if (chosen_by_own_facts(master)) by_own_facts.push_back(master.member->identity);
  }
  loop::Wait facts_told(asker_.waits());
  auto facts = ask_facts(asker_, std::move(by_own_facts), facts_, times_.timeout);
  facts.start([&facts_told] { facts_told.tell(); });  // beside the other question
  Question question{std::string(kMasterAgent), "health", Value::object(), times_.timeout};
  auto asked = asker_.ask(std::move(all), std::nullopt, std::move(question));
  const auto answers = co_await asked;
  if (!answers) {
    log::warning("cannot ask masters for their health", {{"why", answers.error().message}});
    co_return candidates;
  }
  for (const auto& master : masters)
    for (const auto& answer : answers->results)
      if (answer.identity == master.member->identity)
        candidates.push_back(candidate_of(master, answer));
  co_await facts_told.until(times_.timeout);
  const auto told = facts.ended() ? facts.take() : FactsOfMasters();
  for (auto& candidate : candidates)
    if (const auto own = told.find(candidate.identity); own != told.end())
      candidate.facts = with_own_facts(std::move(candidate.facts), facts_, own->second);
  co_return candidates;
}

std::vector<std::string> Masters::online() const {
  std::vector<std::string> names;
  for (const auto& master : endorsed_online())
    names.push_back(master.member->identity + "/" + master.member->session);
  return names;
}

// A master that came or went since we asked must not wait until the answers are old.
loop::Task<std::vector<MasterCandidate>> Masters::health() {
  constexpr int kAskedAgainMax = 2;  // when masters come and go while they are asked
  for (int asked = 0; asked < kAskedAgainMax; ++asked) {
    auto now_online = online();
    const bool fresh = asked_ && link_.clock().steady() - *asked_ <= times_.kept;
    if (fresh && now_online == asked_of_) break;
    if (!is_asking_) ask_anew(std::move(now_online));
    if (!is_asking_) break;  // there was nobody to ask
    auto answered = told_.heard("", times_.timeout + std::chrono::seconds(1));
    co_await answered;
  }
  co_return health_;
}

// The question is nobody's run: one that is dropped meanwhile does not take it from the others.
void Masters::ask_anew(std::vector<std::string> now_online) {
  is_asking_ = true;
  const bool others = now_online != asked_of_;
  asked_of_ = std::move(now_online);
  asking_ = ask();
  asking_.start([this, others] {
    take_health(asking_.take());
    if (others) tell_unknown_facts(health_, facts_);
  });
}

void Masters::take_health(std::vector<MasterCandidate> told) {
  health_ = std::move(told);
  asked_ = link_.clock().steady();
  is_asking_ = false;
  told_.ring("");
}

loop::Task<std::set<std::string>> Masters::states() {
  std::set<std::string> states;
  auto asked = health();
  const auto all = co_await asked;
  for (const auto& candidate : all)
    states.insert(candidate.identity + (candidate.healthy ? "" : " is ill"));
  co_return states;
}

loop::Task<std::vector<std::string>> Masters::healthy() {
  std::vector<std::string> names;
  auto asked = health();
  const auto all = co_await asked;
  for (const auto& candidate : all)
    if (candidate.healthy) names.push_back(candidate.identity);
  co_return names;
}

loop::Task<std::vector<MasterCandidate>> Masters::candidates() {
  auto asked = health();
  auto now = co_await asked;
  count_newcomers(now);
  for (auto& candidate : now) {
    candidate.in_flight = in_flight_[candidate.identity];
    candidate.given = given_[candidate.identity];
    if (candidate.in_flight < per_master_) continue;
    candidate.healthy = false;
    candidate.ill_because =
        fmt::format("has {} nodes in flight, as many as it may", candidate.in_flight);
  }
  co_return now;
}

// One that is met for the first time is not owed all that the others got before it came.
void Masters::count_newcomers(const std::vector<MasterCandidate>& now) {
  std::size_t least = 0;
  bool any = false;
  for (const auto& candidate : now) {
    const auto known = given_.find(candidate.identity);
    if (known == given_.end()) continue;
    least = any ? std::min(least, known->second) : known->second;
    any = true;
  }
  for (const auto& candidate : now) given_.emplace(candidate.identity, least);
}

Result<Master> Masters::find(const std::string& identity) const {
  for (const auto& master : endorsed_online())
    if (master.member->identity == identity)
      return Master{identity, master.member->address, master.endorsement.certificate.pem(),
                    master.member->ca_fingerprint, master.endorsement.patterns};
  return fail(Errc::unavailable,
              fmt::format("master {} is not online, or no CA is endorsed with it", identity));
}

bool Masters::enlist(const std::string& master) {
  auto& count = in_flight_[master];
  if (count >= per_master_) return false;
  ++count;
  ++given_[master];
  return true;
}

void Masters::dismiss(const std::string& master) {
  if (auto& count = in_flight_[master]; count > 0) --count;
}

// An endorsement that has ended counts too: signed anew, its CA's old certificates would be believed again.
std::vector<std::string> Masters::known() const {
  std::set<std::string> names;
  for (const auto& endorsement : link_.endorsements().all())
    if (!endorsement.withdrawn && !endorsement.master.empty()) names.insert(endorsement.master);
  return {names.begin(), names.end()};
}

loop::Task<Status> Masters::owe(Debt debt) {
  if (debt.master == debt.certname)
    co_return fail(
        Errc::refused,
        fmt::format("{} would clean its own certificate, and be no master any more", debt.master));
  auto written = loop::on_executor<Status>(
      executor_, asker_.waits(),
      [&debts = debts_, debt = std::move(debt)] { return debts.owe(debt); });
  co_return co_await written;
}

}  // namespace muster::provision
