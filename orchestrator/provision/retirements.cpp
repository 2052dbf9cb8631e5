#include "orchestrator/provision/retirements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "proto/base/log.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using std::chrono::milliseconds;
using What = RetirementNews::What;

constexpr std::size_t kLeftTold = 20;  // nodes that are named to people; the others are counted
constexpr std::size_t kCaDigitsInId = 16;

const char* word_of(What what) {
  switch (what) {
    case What::no_other_master:
      return "no-other-master";
    case What::stuck:
      return "stuck";
    case What::only_debts:
      return "only-debts";
    case What::may_go:
      return "may-go";
    case What::stays:
      break;
  }
  return "stays";
}

std::string lines_of(const std::vector<client::LeftMember>& left) {
  std::string out;
  for (std::size_t i = 0; i < left.size() && i < kLeftTold; ++i)
    out += fmt::format("{}: {}\n", left[i].identity, left[i].why);
  if (left.size() > kLeftTold) out += fmt::format("and {} more\n", left.size() - kLeftTold);
  return out;
}

// Those who are under way for too long as well.
std::vector<client::LeftMember> all_left(const client::MembersOfMaster& members) {
  auto left = members.left;
  for (const auto& one : members.under_way)
    if (one.late)
      left.push_back(
          {one.identity, fmt::format("it is under way for more than {} minutes: 'muster provision "
                                     "show {}'",
                                     client::kUnderWayMost.count(), one.identity)});
  return left;
}

}  // namespace

void Retirements::look() {
  const auto now = parts_.site.retiring();
  std::erase_if(known_, [&](const auto& known) {
    return !known.second.busy && std::none_of(now.begin(), now.end(), [&](const Retiring& one) {
      return one.ca == known.first;
    });
  });
  for (const auto& one : now) {
    auto& known = known_[one.ca];
    if (known.busy) continue;
    // Retired once more, after it was taken back.
    if (known.retired_at_ms != one.retired_at_ms) known = Known{};
    known.retired_at_ms = one.retired_at_ms;
    known.busy = true;
    stories_.begin(go_on(one));
  }
}

loop::Task<Status> Retirements::go_on(Retiring one) {
  auto& known = known_.at(one.ca);  // stays while it is busy
  Status done;
  if (acts(one, known)) {
    auto next = next_of(one, known);
    done = co_await next;
  } else {
    auto taking = take_over(one);
    done = co_await taking;
  }
  const auto why = done ? std::string() : done.error().message;
  if (!why.empty() && why != known.warned)
    log::warning("cannot go on with the retirement of a master; tried again",
                 {{"master", one.master}, {"why", why}});
  known.warned = why;
  known.busy = false;
  co_return done;
}

// Whoever signed last acts. What we remember was true while it was us.
bool Retirements::acts(const Retiring& one, Known& known) {
  if (one.signed_by == as_) return true;
  const auto retired_at_ms = known.retired_at_ms;
  known = Known{};
  known.retired_at_ms = retired_at_ms;
  known.busy = true;
  return false;
}

// Who acted is gone, or cut off. Of two that sign at once all believe one (admission::replaces).
loop::Task<Status> Retirements::take_over(Retiring one) {
  const milliseconds age(parts_.world.unix_ms() - one.signed_at_ms);
  if (age < kActsAtMost) co_return Status{};
  log::info("another orchestrator acted for a retired master and has been silent for long",
            {{"master", one.master}, {"orchestrator", one.signed_by}});
  auto signing = parts_.site.sign_anew(one);
  const auto done = co_await signing;
  if (!done && done.error().code == Errc::aborted) co_return Status{};  // somebody else did
  co_return done;
}

// A lost link leaves a gap in what we saw, even when all is in sight again.
bool Retirements::outage(Known& known) {
  const auto cut_off = parts_.world.times_cut_off();
  const bool was = std::exchange(known.cut_off, cut_off) != cut_off;
  if (!was && parts_.site.sees_all()) return false;
  known.nobody_since.reset();
  return true;
}

loop::Task<Status> Retirements::next_of(Retiring one, Known& known) {
  const milliseconds age(parts_.world.unix_ms() - one.signed_at_ms);
  if (age < kActsAfter) co_return Status{};
  if (age >= kActsSignedEvery) {
    auto signing = parts_.site.sign_anew(one);
    co_return co_await signing;  // with what is heard by then, next time
  }
  if (outage(known)) co_return Status{};
  const auto members = parts_.site.members_of(one);
  loop::Task<Status> next;
  if (members.nobody()) {
    next = wait_for_nobody(one, known);
  } else {
    known.nobody_since.reset();
    next = move_one(one, known, members);
  }
  co_return co_await next;
}

// Whoever is finished elsewhere is moved; whom we moved so long ago keeps nobody waiting.
std::size_t Retirements::under_way(const Known& known,
                                   const client::MembersOfMaster& members) const {
  std::set<std::string> nodes;
  for (const auto& one : members.under_way)
    if (!one.late) nodes.insert(one.identity);
  for (const auto& [node, since] : known.moved) nodes.insert(node);
  return nodes.size();
}

// Who failed with the next master tells that the others would as well.
std::optional<std::string> Retirements::failed_elsewhere(Known& known) {
  const auto now = parts_.clock.steady();
  std::optional<std::string> failed;
  std::erase_if(known.moved, [&](const auto& one) {
    const auto record = parts_.site.record(one.first);
    if (!record || record->state == "finished" || record->state == client::kCancelled) return true;
    const bool has_failed = record->state == "failed" || record->state == "refused";
    if (has_failed)
      failed = fmt::format(
          "{}, which was moved, {}{}: {}\nNobody else is moved until it is "
          "finished, cancelled or forgotten\n",
          one.first, record->state == "failed" ? "failed with " : "was refused",
          record->state == "failed" ? record->master : "", record->reason);
    return !has_failed && now - one.second >= client::kUnderWayMost;
  });
  return failed;
}

// The first that was not asked in vain just now.
std::optional<std::string> Retirements::next_member(Known& known,
                                                    const client::MembersOfMaster& members) {
  const auto now = parts_.clock.steady();
  std::erase_if(known.refused, [&](const auto& one) { return one.second.again_at <= now; });
  for (const auto& node : members.movable)
    if (!known.refused.contains(node) && !known.moved.contains(node)) return node;
  return std::nullopt;
}

loop::Task<Status> Retirements::move_one(Retiring one, Known& known,
                                         client::MembersOfMaster members) {
  loop::Task<Status> next;
  if (parts_.site.other_masters() == 0) {
    next = tell(one, known, What::no_other_master,
                fmt::format("{} nodes have certificates of it\n", members.size()));
  } else if (const auto failed = failed_elsewhere(known)) {
    next = tell(one, known, What::stuck, *failed, *failed);
  } else if (under_way(known, members) >= kMovedAtOnce) {
    co_return Status{};
  } else if (const auto node = next_member(known, members)) {
    next = ask(one, known, *node);
  } else {
    next = tell_stuck(one, known, members);
  }
  co_return co_await next;
}

loop::Task<Status> Retirements::ask(Retiring one, Known& known, std::string node) {
  known.told.clear();  // it goes on; should it be stuck again, that is new
  auto moving = parts_.move(node, one);
  const auto moved = co_await moving;
  if (moved) {
    known.moved[node] = parts_.clock.steady();
    co_return Status{};
  }
  known.refused[node] = {moved.error().message, parts_.clock.steady() + kMovedAgainAfter};
  log::warning("a member of a retired master does not let itself be moved",
               {{"node", node}, {"master", one.master}, {"why", moved.error().message}});
  co_return Status{};
}

loop::Task<Status> Retirements::tell_stuck(Retiring one, Known& known,
                                           const client::MembersOfMaster& members) {
  auto left = all_left(members);
  for (const auto& [node, refused] : known.refused) left.push_back({node, refused.why});
  std::string names;
  for (const auto& each : left) names += each.identity + " ";
  return tell(std::move(one), known, What::stuck, lines_of(left), std::move(names));
}

loop::Task<Status> Retirements::wait_for_nobody(Retiring one, Known& known) {
  const auto now = parts_.clock.steady();
  if (!known.nobody_since) known.nobody_since = now;
  if (const auto debts = parts_.site.debts_of(one.master); debts > 0) {
    auto telling = tell(one, known, What::only_debts,
                        fmt::format("It has {} names to clean still, and does so while its Puppet "
                                    "Server runs\n",
                                    debts));
    co_return co_await telling;
  }
  if (now - *known.nobody_since < kNobodyLeftFor) co_return Status{};
  auto withdrawing = withdraw(one, known);
  co_return co_await withdrawing;
}

// People are told first: who dies in between leaves a CA that is withdrawn by the next one, and what that one tells has the
// same id.
loop::Task<Status> Retirements::withdraw(Retiring one, Known& known) {
  auto telling = tell(one, known, What::may_go, "");
  MUSTER_CO_TRY(co_await telling);
  if (outage(known)) co_return Status{};
  if (!parts_.site.members_of(one).nobody()) {
    auto back = tell(one, known, What::stays, "Nodes have certificates of it again\n");
    co_return co_await back;
  }
  auto withdrawing = parts_.site.withdraw(one);
  const auto done = co_await withdrawing;
  if (done || done.error().code != Errc::aborted) co_return done;
  auto back = tell(one, known, What::stays, done.error().message + "\n");
  co_return co_await back;
}

// Once, until something else is to be told. `about`: what else tells it from others of its kind, over restarts as well.
loop::Task<Status> Retirements::tell(Retiring one, Known& known, What what, std::string why,
                                     std::string about) {
  auto key = std::string(word_of(what));
  if (!about.empty()) key += fmt::format("-{:x}", std::hash<std::string>()(about));
  const auto now = parts_.clock.steady();
  const bool so_soon = what == What::stuck && known.told.starts_with(word_of(What::stuck)) &&
                       now - known.told_at < kStuckToldEvery;
  if (known.told == key || so_soon) co_return Status{};
  const auto times = known.times_told[key];
  RetirementNews news{what, "", one, std::move(why)};
  news.id =
      fmt::format("master-retired-{}-{}-{}{}", one.ca.substr(0, kCaDigitsInId), one.retired_at_ms,
                  key, times == 0 ? std::string() : fmt::format("-{}", times + 1));
  auto telling = parts_.site.tell(std::move(news));
  const auto told = co_await telling;
  if (!told) co_return told;
  known.told = key;
  known.told_at = now;
  ++known.times_told[key];
  co_return Status{};
}

}  // namespace muster::provision
