#include "orchestrator/provision/run/steps/all_masters.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "orchestrator/provision/run/whose_fault.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using Names = std::vector<std::string>;

std::string own_master(const RunState& run) {
  return run.place.is_taken() ? run.record->master : "";
}

// Of those that are known and cannot be asked why not; `able` are the others. One that is full gets no
// more nodes, and cleans all the same. A master that cleans its own certificate is none any more.
std::map<std::string, std::string> sort_out(RunState& run,
                                            const std::vector<MasterCandidate>& candidates,
                                            Names& able) {
  std::map<std::string, std::string> out;
  for (const auto& known : run.world.known_masters()) out[known];
  for (const auto& candidate : candidates) {
    out.erase(candidate.identity);
    if (!candidate.is_ill() || candidate.identity == own_master(run))
      able.push_back(candidate.identity);
    else
      out[candidate.identity] = candidate.ill_because;
  }
  out.erase(run.node.identity);
  std::erase(able, run.node.identity);
  return out;
}

std::set<std::string> issuers_among(const RunState& run,
                                    const std::vector<MasterCandidate>& candidates) {
  std::set<std::string> issuers;
  for (const auto& candidate : candidates)
    if (candidate.identity == own_master(run) || candidate.may_issue(run.node.identity))
      issuers.insert(candidate.identity);
  return issuers;
}

// It was online when it was chosen.
Status own_can_be_asked(RunState& run, const Names& able) {
  const auto own = own_master(run);
  if (own.empty() || std::find(able.begin(), able.end(), own) != able.end()) return {};
  const auto online = run.world.master(own);
  if (!online) return fail(Errc::no_answer, online.error().message);
  return fail(Errc::unavailable, own + " cannot be asked now");
}

// What becomes of the question when that master did not do it; nothing: it is left out.
std::optional<Error> unless_left_out(RunState& run, const std::string& master, const Error& error) {
  if (error.code == Errc::unavailable || master == own_master(run)) return error;
  if (error.code == Errc::no_answer) run.world.set_aside(master, error.message);
  return std::nullopt;
}

}  // namespace

std::string MastersSaid::left_out_text() const {
  Names names;
  for (const auto& [name, why] : left_out)
    names.push_back(why.empty() ? name : fmt::format("{} ({})", name, why));
  return fmt::format("{}", fmt::join(names, ", "));
}

loop::Task<Result<MastersSaid>> ask_all_masters(RunState& run, Question question) {
  auto looked = run.world.candidates();
  const auto candidates = co_await looked;
  Names able;
  MastersSaid said;
  said.left_out = sort_out(run, candidates, able);
  said.issuers = issuers_among(run, candidates);
  MUSTER_CO_TRY(own_can_be_asked(run, able));
  run.masters_are_at_it = true;
  const auto cut_off = run.world.times_cut_off();
  auto asked = run.world.call_masters(able, std::move(question));
  const auto replies = co_await asked;
  run.masters_are_at_it = std::any_of(replies.begin(), replies.end(), [](const auto& reply) {
    return !reply && reply.error().code == Errc::unavailable;
  });
  std::optional<Error> one_of_them;
  for (std::size_t i = 0; i < able.size(); ++i) {
    if (replies[i]) {
      said.done[able[i]] = *replies[i];
      continue;
    }
    one_of_them = of_a_master(run, replies[i].error(), cut_off);
    if (const auto all = unless_left_out(run, able[i], *one_of_them)) co_return fail(*all);
    said.left_out[able[i]] = one_of_them->message;
  }
  if (said.done.empty() && one_of_them) co_return fail(*one_of_them);
  co_return said;
}

}  // namespace muster::provision
