#include "orchestrator/cli/history_session.hpp"

#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"

namespace muster::cli {

Result<std::vector<Value>> ask_history(const CommonOptions& common,
                                       const client::ControlRequest& request,
                                       const std::string& collective) {
  MUSTER_ASSIGN(const auto link, connect(common, collective));
  MUSTER_ASSIGN(const auto answers, client::ask_all_orchestrators(*link, request));
  std::vector<Value> told;
  std::string refused;
  for (const auto& answer : answers) {
    if (answer.outcome == client::Outcome::ok) {
      told.push_back(answer.data);
      continue;
    }
    const auto why = answer.orchestrator + ": " + answer.message;
    if (refused.empty()) refused = why;
    note(render::one_line(why));
  }
  if (told.empty()) return fail(Errc::refused, refused);
  return told;
}

}  // namespace muster::cli
