#include "orchestrator/provision/masters.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/fields.hpp"
#include "proto/base/log.hpp"

namespace muster::provision {
namespace {

bool runs(const client::Member& member, std::string_view agent) {
  return std::find(member.agents.begin(), member.agents.end(), agent) != member.agents.end();
}

// What the endorsement says, a master cannot change to draw nodes.
bool chosen_by_own_facts(const EndorsedMaster& master) {
  return master.endorsement.facts.empty();
}

Candidate judge(const EndorsedMaster& master, const client::NodeResult& answer) {
  Candidate candidate;
  candidate.identity = master.member.identity;
  candidate.patterns = master.endorsement.patterns;
  candidate.facts = chosen_by_own_facts(master) ? master.member.facts : master.endorsement.facts;
  if (answer.outcome != client::Outcome::ok) {
    candidate.ill_because =
        answer.outcome == client::Outcome::silent
            ? "its agent does not answer"
            : fmt::format("{}: {}", client::name_of(answer.outcome), answer.message);
    return candidate;
  }
  candidate.healthy = flag_at(answer.data, "running");
  if (!candidate.healthy) {
    const auto why = text_at(answer.data, "reason");
    candidate.ill_because = "its Puppet Server is down" + (why.empty() ? "" : ": " + why);
  }
  if (const auto load = answer.data.find("load"); load != answer.data.end() && load->is_number())
    candidate.load = load->get<double>();
  return candidate;
}

}  // namespace

Masters::Masters(client::Link& link, client::Fleet& fleet, client::Caller& caller, Debts& debts,
                 std::size_t per_master, std::vector<std::string> facts)
    : link_(link),
      fleet_(fleet),
      caller_(caller),
      debts_(debts),
      per_master_(per_master),
      facts_(std::move(facts)) {}

std::vector<EndorsedMaster> Masters::endorsed_online() const {
  std::vector<EndorsedMaster> masters;
  for (auto& endorsement : link_.endorsements().of_masters(link_.clock().unix_ms())) {
    auto member = fleet_.find(endorsement.master);
    if (!member || !runs(*member, kMasterAgent)) continue;
    // Refused earlier already; but presence may be older than the endorsement.
    if (member->ca_fingerprint != link_.endorsements().identity_of(endorsement.fingerprint()))
      continue;
    masters.push_back({std::move(endorsement), std::move(*member)});
  }
  return masters;
}

FactsQuestion Masters::ask_facts(const std::vector<EndorsedMaster>& masters) const {
  std::vector<std::string> names;
  for (const auto& master : masters)
    if (chosen_by_own_facts(master)) names.push_back(master.member.identity);
  auto question = FactsQuestion::ask(caller_, names, facts_, kHealthTimeout);
  if (question) return std::move(*question);
  log::warning("cannot ask masters for their facts", {{"why", question.error().message}});
  return {};
}

std::vector<Candidate> Masters::ask() const {
  const auto masters = endorsed_online();
  if (masters.empty()) return {};
  auto facts = ask_facts(masters);  // beside the other question
  client::Call call;
  for (const auto& master : masters) call.targets.push_back(master.member.identity);
  call.agent = kMasterAgent;
  call.action = "health";
  call.arguments = Value::object();
  call.timeout = kHealthTimeout;
  const auto answers = caller_.call(call);
  if (!answers) {
    log::warning("cannot ask masters for their health", {{"why", answers.error().message}});
    return {};
  }
  std::vector<Candidate> candidates;
  for (const auto& master : masters)
    for (const auto& answer : answers->results)
      if (answer.identity == master.member.identity) candidates.push_back(judge(master, answer));
  const auto told = facts.take();
  for (auto& candidate : candidates)
    if (const auto own = told.find(candidate.identity); own != told.end())
      candidate.facts = with_own_facts(std::move(candidate.facts), facts_, own->second);
  return candidates;
}

std::vector<std::string> Masters::online() const {
  std::vector<std::string> names;
  for (const auto& master : endorsed_online())
    names.push_back(master.member.identity + "/" + master.member.session);
  return names;
}

std::vector<Candidate> Masters::health() {
  const std::lock_guard asking(health_mutex_);
  const auto age = link_.clock().steady() - asked_;
  // A master that came or went since we asked must not wait until the answers are old.
  const auto now_online = online();
  if (age > kHealthKept || now_online != asked_of_) {
    health_ = ask();
    if (now_online != asked_of_) tell_unknown_facts(health_, facts_);
    asked_of_ = now_online;
    asked_ = link_.clock().steady();
  }
  return health_;
}

std::set<std::string> Masters::healthy() {
  std::set<std::string> names;
  for (const auto& candidate : health())
    if (candidate.healthy) names.insert(candidate.identity);
  return names;
}

std::vector<Candidate> Masters::candidates() {
  auto now = health();
  const std::lock_guard lock(mutex_);
  count_newcomers(now);
  for (auto& candidate : now) {
    candidate.in_flight = in_flight_[candidate.identity];
    candidate.given = given_[candidate.identity];
  }
  for (auto& candidate : now) {
    if (candidate.in_flight < per_master_) continue;
    candidate.healthy = false;
    candidate.ill_because =
        fmt::format("has {} nodes in flight, as many as it may", candidate.in_flight);
  }
  return now;
}

// One that is met for the first time is not owed all that the others got before it came.
void Masters::count_newcomers(const std::vector<Candidate>& now) {
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
    if (master.member.identity == identity)
      return Master{identity, master.member.address, master.endorsement.certificate.pem(),
                    master.member.ca_fingerprint, master.endorsement.patterns};
  return fail(Errc::unavailable,
              fmt::format("master {} is not online, or no CA is endorsed with it", identity));
}

bool Masters::enlist(const std::string& master) {
  const std::lock_guard lock(mutex_);
  auto& count = in_flight_[master];
  if (count >= per_master_) return false;
  ++count;
  ++given_[master];
  return true;
}

void Masters::dismiss(const std::string& master) {
  const std::lock_guard lock(mutex_);
  if (auto& count = in_flight_[master]; count > 0) --count;
}

// An endorsement that has ended counts too: signed anew, its CA's old certificates would be believed again.
std::vector<std::string> Masters::known() const {
  std::set<std::string> names;
  for (const auto& endorsement : link_.endorsements().all())
    if (!endorsement.withdrawn && !endorsement.master.empty()) names.insert(endorsement.master);
  return {names.begin(), names.end()};
}

Status Masters::owe(const std::string& master, const std::string& certname) {
  if (master == certname)
    return fail(
        Errc::refused,
        fmt::format("{} would clean its own certificate, and be no master any more", master));
  return debts_.owe(master, certname);
}

void Masters::pay_debts() {
  if (debts_.size() == 0) return;
  for (const auto& candidate : candidates()) {
    if (!candidate.healthy) continue;
    const auto master = find(candidate.identity);
    for (const auto& certname : debts_.of(candidate.identity)) {
      const auto node = fleet_.find(certname);
      const bool its_own_now = certname == candidate.identity ||
                               (node && master && node->ca_fingerprint == master->ca_fingerprint);
      if (!its_own_now) {
        const auto cleaned =
            caller_.call_one(candidate.identity, nullptr, std::string(kMasterAgent), "clean",
                             {{"certname", certname}}, std::chrono::seconds(20));
        if (!cleaned) {
          log::warning("a master cannot clean an old certificate yet",
                       {{"master", candidate.identity},
                        {"certname", certname},
                        {"why", cleaned.error().message}});
          continue;
        }
        log::info("cleaned an old certificate on a master that is back",
                  {{"master", candidate.identity}, {"certname", certname}});
      }
      if (auto noted = debts_.paid(candidate.identity, certname); !noted)
        log::error("cannot write down a paid debt", {{"why", noted.error().message}});
    }
  }
}

}  // namespace muster::provision
