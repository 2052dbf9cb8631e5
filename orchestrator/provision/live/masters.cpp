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
    candidate.ill_because = why.empty() ? "its Puppet Server is down" : why;
  }
  if (const auto load = answer.data.find("load"); load != answer.data.end() && load->is_number())
    candidate.load = load->get<double>();
  return candidate;
}

}  // namespace

Masters::Masters(client::Link& link, client::Fleet& fleet, Asker& asker, loop::Executor& executor,
                 DebtKeeper& debts, std::size_t per_master, std::vector<std::string> facts,
                 HealthTimes times)
    : link_(link),
      fleet_(fleet),
      asker_(asker),
      executor_(executor),
      debts_(debts),
      grants_(per_master),
      facts_(std::move(facts)),
      times_(times),
      aside_(link.clock()),
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
  asked_for_more_ = wants_more();
  const auto asked_at = link_.clock().steady();
  Question question{std::string(kMasterAgent), "health",
                    grants_.question(in_flight_, asked_for_more_, link_.clock().unix_ms()),
                    times_.timeout};
  auto asked = asker_.ask(std::move(all), std::nullopt, std::move(question));
  const auto answers = co_await asked;
  if (!answers) {
    log::warning("cannot ask masters for their health", {{"why", answers.error().message}});
    co_return candidates;
  }
  for (const auto& master : masters)
    for (const auto& answer : answers->results)
      if (answer.identity == master.member->identity) {
        candidates.push_back(candidate_of(master, answer));
        if (answer.outcome == client::Outcome::ok)
          grants_.take(answer.identity, answer.data, asked_at);
      }
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
  auto all = co_await asked;
  aside_.apply_to(all);
  mark_retired(all);
  for (const auto& candidate : all)
    states.insert(candidate.identity + (!candidate.healthy              ? " is ill"
                                        : !candidate.retired_by.empty() ? " is retired"
                                                                        : ""));
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

bool Masters::wants_more() const {
  return wanted_ && link_.clock().steady() - *wanted_ <= kMoreWantedFor;
}

bool Masters::is_full(const std::string& master) const {
  const auto count = in_flight_.find(master);
  const auto has = count == in_flight_.end() ? 0 : count->second;
  return has >= grants_.most_of(master, link_.clock().steady());
}

loop::Task<Status> Masters::keep_places() {
  const bool any = std::any_of(in_flight_.begin(), in_flight_.end(),
                               [](const auto& master) { return master.second > 0; });
  if (!any) co_return Status{};
  auto asked = health();
  co_await asked;
  co_return Status{};
}

loop::Task<std::vector<MasterCandidate>> Masters::candidates() {
  wanted_ = link_.clock().steady();
  std::vector<MasterCandidate> now;
  for (int asked_again = 0; asked_again < 2; ++asked_again) {
    if (!asked_for_more_ && !is_asking_) asked_.reset();  // they lent us what they have of ours
    auto asked = health();
    now = co_await asked;
    if (asked_for_more_) break;
  }
  count_newcomers(now);
  aside_.apply_to(now);
  mark_retired(now);
  for (auto& candidate : now) {
    candidate.in_flight = in_flight_[candidate.identity];
    candidate.given = given_[candidate.identity];
    if (!is_full(candidate.identity) || !candidate.healthy) continue;
    candidate.healthy = false;
    candidate.is_full = true;
    candidate.ill_because =
        candidate.in_flight >= grants_.most()
            ? fmt::format("has {} nodes in flight, as many as it may", candidate.in_flight)
            : fmt::format(
                  "has {} nodes in flight and lends us no further place: other "
                  "orchestrators have nodes there",
                  candidate.in_flight);
  }
  co_return now;
}

// Not as it was when they were asked for their health.
void Masters::mark_retired(std::vector<MasterCandidate>& candidates) const {
  for (const auto& endorsement : link_.endorsements().of_masters(link_.clock().unix_ms()))
    for (auto& candidate : candidates)
      if (candidate.identity == endorsement.master) candidate.retired_by = endorsement.retired_by;
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
  if (is_full(master)) return false;
  ++in_flight_[master];
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
