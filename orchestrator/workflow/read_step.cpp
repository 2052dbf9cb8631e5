#include "orchestrator/workflow/read_step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/workflow/check_call.hpp"
#include "orchestrator/workflow/check_wait.hpp"
#include "orchestrator/workflow/read_others.hpp"
#include "orchestrator/workflow/read_word.hpp"
#include "orchestrator/workflow/templates.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::workflow {
namespace {

void read_call(base::StrictMap& map, Step& step) {
  std::string call;
  map.text("call", call);
  const auto hash = call.find('#');
  if (hash == std::string::npos || hash == 0 || hash + 1 == call.size()) {
    map.complain("call", fmt::format("'call' must be agent#action, not {}", base::quoted(call)));
    return;
  }
  step.agent = call.substr(0, hash);
  step.action = call.substr(hash + 1);
}

void read_do(base::StrictMap& map, Step& step) {
  std::string word;
  map.text("do", word);
  if (const auto* kind = kind_by_word(word)) {
    step.kind = kind->kind;
    return;
  }
  const auto words = words_of_kinds();
  complain_of_word(map, "do", word, {words.begin(), words.end()});
}

void read_kind(base::StrictMap& map, Step& step) {
  const int said = int{map.has("do")} + int{map.has("call")} + int{map.has("parallel")};
  if (said != 1)
    return map.complain("name",
                        "a step has either 'do' (a step of the orchestrator) or 'call' "
                        "(agent#action), or is several at once ('parallel')");
  if (map.has("parallel")) {
    step.kind = Kind::parallel;
    return;
  }
  if (map.has("call"))
    read_call(map, step);
  else
    read_do(map, step);
}

void read_file(base::StrictMap& map, Step& step) {
  map.text("file", step.file);
  if (step.file.empty())
    map.complain(map.has("file") ? "file" : "name",
                 "'do: workflow' needs 'file', the path of the other one from this one's folder");
}

// What its kind knows; a key of another kind is unknown here.
void read_own_keys(base::StrictMap& map, Step& step) {
  const auto keys = kind_of(step.kind).keys;
  const auto knows = [&](std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  step.scope = kind_of(step.kind).scope;
  if (knows("on")) read_on(map, step);
  if (knows("from")) read_choice(map, step);
  if (knows("file")) read_file(map, step);
  if (knows("facts")) map.texts("facts", step.facts);
  if (knows("outputs")) map.texts("outputs", step.outputs);
  if (knows("otherwise"))
    read_word<Otherwise>(map, "otherwise", {{"any", Otherwise::any}, {"fail", Otherwise::fail}},
                         step.otherwise);
  if (!knows("with")) return;
  map.any("with", step.arguments);
  auto names = names_in(step.arguments);
  if (!names) return map.complain("with", names.error().message);
  step.names = *std::move(names);
}

void read_when(base::StrictMap& map, Step& step) {
  if (!map.has("when")) return;
  std::string text;
  map.text("when", text);
  auto condition = Condition::parse(text);
  if (!condition) return map.complain("when", condition.error().message);
  step.when = *std::move(condition);
}

// {compensate: [steps]}
void read_compensation(base::StrictMap& map, Step& step, const Descriptions& agents,
                       const OnCompensating& on_compensating) {
  step.on_failure = OnFailure::compensate;
  map.map("on_failure", [&](base::StrictMap& inner) {
    inner.maps("compensate", [&](base::StrictMap& each) {
      step.compensation.push_back(read_step(each, agents, on_compensating));
      on_compensating(each, step.compensation.back());
    });
    if (step.compensation.empty() || step.compensation.size() > kCompensationMax)
      inner.complain("compensate",
                     fmt::format("'compensate' is a list of 1 to {} steps", kCompensationMax));
  });
}

// It stands before all else, so nothing decides whether it is done, and the attempt is what is made again.
void refuse_keys_of_tries(base::StrictMap& map, const Step& step) {
  constexpr std::array<std::string_view, 5> kKeys{"when", "timeout_s", "tries", "backoff_s",
                                                  "on_failure"};
  for (const auto key : kKeys)
    if (map.has(key))
      map.complain(
          key, fmt::format("'do: {}' is done once in each attempt and knows no '{}'; 'attempts' "
                           "and 'retry_first_s' of the workflow say how often and when",
                           kind_of(step.kind).word, key));
}

// Each of its steps has its own.
void refuse_keys_of_one_step(base::StrictMap& map, const Step& step) {
  constexpr std::array<std::string_view, 3> kKeys{"timeout_s", "tries", "backoff_s"};
  const auto* form = step.kind == Kind::parallel ? "" : "do: ";
  for (const auto key : kKeys)
    if (map.has(key))
      map.complain(key, fmt::format("'{}{}' knows no '{}': each of its steps has its own", form,
                                    kind_of(step.kind).word, key));
}

bool is_map(base::StrictMap& map, std::string_view key) {
  Value value;
  map.any(key, value);
  return value.is_object();
}

void read_on_failure(base::StrictMap& map, Step& step, const Descriptions& agents,
                     const OnCompensating& on_compensating) {
  if (waits_for_approval(step)) {
    step.on_failure = OnFailure::fail;  // nobody has approved in time
    step.fails_unsaid = !map.has("on_failure");
  }
  if (is_map(map, "on_failure")) return read_compensation(map, step, agents, on_compensating);
  read_word<OnFailure>(map, "on_failure",
                       {{"retry", OnFailure::retry},
                        {"other-master", OnFailure::other_master},
                        {"skip", OnFailure::skip},
                        {"fail", OnFailure::fail}},
                       step.on_failure);
}

void read_tries(base::StrictMap& map, Step& step) {
  const bool asks = waits_for_approval(step);
  step.timeout = usual_wait(step);
  read_seconds(map, "timeout_s", step.timeout, asks ? kApprovalMaxS : kTimeoutMaxS);
  read_seconds(map, "backoff_s", step.backoff);
  // An event that has not come is waited for again, and people were asked.
  std::int64_t tries = asks || waits_for_event(step) ? 1 : step.tries;
  map.integer("tries", tries, 1, kTriesMax);
  step.tries = static_cast<std::uint32_t>(tries);
}

}  // namespace

void read_seconds(base::StrictMap& map, std::string_view key, std::chrono::milliseconds& out,
                  std::int64_t most_s) {
  std::int64_t value = out.count() / 1000;
  map.integer(key, value, 1, most_s);
  out = std::chrono::seconds(value);
}

Step read_step(base::StrictMap& map, const Descriptions& agents,
               const OnCompensating& on_compensating) {
  Step step;
  step.arguments = Value::object();
  map.text("name", step.name);
  if (auto ok = base::check_word("step", step.name); !ok) map.complain("name", ok.error().message);
  read_kind(map, step);
  read_own_keys(map, step);
  if (!kind_of(step.kind).is_tried) refuse_keys_of_tries(map, step);
  if (kind_of(step.kind).is_block) refuse_keys_of_one_step(map, step);
  read_when(map, step);
  read_tries(map, step);
  read_on_failure(map, step, agents, on_compensating);
  if (auto ok = check_step(step, agents); !ok)
    map.complain(map.has("with") ? "with" : "name", ok.error().message);
  return step;
}

}  // namespace muster::workflow
