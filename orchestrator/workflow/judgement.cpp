#include "orchestrator/workflow/judgement.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::workflow {
namespace {

using Answer = Judgement::Answer;
using filter::Explanation;

// "os.release" of "version(os.release) < 12", "country" of "country = de", "joining" of itself.
std::string name_in(const std::string& term) {
  const auto end = term.find_first_of(" (");
  if (end == std::string::npos || term[end] == ' ') return term.substr(0, end);
  return term.substr(end + 1, term.find(')') - end - 1);
}

// The condition that is judged, and over what.
struct Case {
  const Condition& condition;
  const Values& values;
  bool is_joining;
};

Judgement of_term(const Explanation& term, const Case& of) {
  const auto answer = term.answer == filter::Truth::yes ? Answer::yes : Answer::no;
  if (term.term.empty() || term.term == "always") return {answer, {}};
  const auto name = name_in(term.term);
  if (name == term.term)
    return {answer, {of.is_joining ? "the node is in the join zone" : "the node is a member"}};
  const auto full = of.condition.full_name(name);
  if (of.values.find(full) == nullptr) return {Answer::open, {full}};
  return {answer, {fmt::format("{} is {}", name, term.found)}};
}

// Of several: the first that has the answer which settles it, else those that leave it open, else all.
Judgement of_parts(const std::vector<Judgement>& parts, Answer settles) {
  const auto settled = std::find_if(parts.begin(), parts.end(),
                                    [&](const Judgement& part) { return part.answer == settles; });
  if (settled != parts.end()) return *settled;
  Judgement whole{settles == Answer::no ? Answer::yes : Answer::no, {}};
  const bool is_open = std::any_of(parts.begin(), parts.end(), [](const Judgement& part) {
    return part.answer == Answer::open;
  });
  if (is_open) whole.answer = Answer::open;
  for (const auto& part : parts)
    if (!is_open || part.answer == Answer::open)
      whole.because.insert(whole.because.end(), part.because.begin(), part.because.end());
  return whole;
}

Judgement inverse_of(Judgement part) {
  if (part.answer != Answer::open)
    part.answer = part.answer == Answer::yes ? Answer::no : Answer::yes;
  return part;
}

// As deep as a filter may be: filter::kDepthMax.
Judgement of(const Explanation& term, const Case& given) {
  std::vector<Judgement> parts;
  parts.reserve(term.parts.size());
  for (const auto& part : term.parts) parts.push_back(of(part, given));
  switch (term.kind) {
    case Explanation::Kind::all:
      return of_parts(parts, Answer::no);
    case Explanation::Kind::any:
      return of_parts(parts, Answer::yes);
    case Explanation::Kind::inverse:
      return inverse_of(parts.front());
    case Explanation::Kind::term:
      break;
  }
  return of_term(term, given);
}

}  // namespace

Judgement judge(const Condition& condition, const Values& values, bool is_joining) {
  return of(condition.explain(values, is_joining), {condition, values, is_joining});
}

}  // namespace muster::workflow
