// What orchestrators say of notifications that are not sent.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/client/control.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

struct Unsent {
  std::vector<std::string> told;  // orchestrators, by name
  std::vector<std::string> refusals;
  // {"notifications": [{"orchestrator", "id", "target", "subject", "state", "tries", "age_ms", "reason"}], "waiting", "failed",
  // "orchestrators": [{"orchestrator", "outcome", "message"}]}: of whom nothing is said did not answer
  Value document;
};
Unsent unsent_of(const std::vector<client::ControlAnswer>& answers);
// A line each, and below it its id, the last reason and, with `subjects`, the subject.
std::string unsent_text(const Unsent& unsent, bool subjects, const Style& style,
                        std::size_t columns);

struct Tried {
  // {"orchestrators": [{"orchestrator", "outcome", "message", "failed", "waiting"}]}
  Value document;
  std::string text;  // a line for each that tries; empty: none does
};
Tried tried_of(const std::vector<client::ControlAnswer>& answers);

}  // namespace muster::cli::render
