#include "orchestrator/cli/approval/approval_wait.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>

#include "orchestrator/cli/approval/approval_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/approvals.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/client/lifecycle.hpp"
#include "proto/base/guarded.hpp"

namespace muster::cli {
namespace {

// From the thread that verifies events to the one that waits.
class Decision {
 public:
  void tell() {
    told_.with_lock([](bool& told) { told = true; });
    changed_.notify_one();
  }
  void wait(std::chrono::milliseconds most) {
    base::Locked told(told_);
    told.wait_for(changed_, most, [&] { return *told; });
    *told = false;
  }

 private:
  base::Guarded<bool> told_{false};
  std::condition_variable changed_;
};

bool decides(const client::LifecycleEvent& event, const std::string& id) {
  return !event.from_node && (event.type == "approval-given" || event.type == "approval-denied") &&
         event.data.value("approval", Value()) == id;
}

}  // namespace

ApprovalState approval_state(const Value& shown) {
  if (!shown.value("denied_by", "").empty()) return ApprovalState::denied;
  const auto approvals = shown.value("approved_by", Value::array()).size();
  const auto number = std::max(shown.value("number", std::int64_t{1}), std::int64_t{1});
  return approvals >= static_cast<std::size_t>(number) ? ApprovalState::given
                                                       : ApprovalState::waits;
}

Result<ExitCode> wait_for_approval(const CommonOptions& common, client::Link& link,
                                   const std::string& id) {
  const auto decision = std::make_shared<Decision>();
  MUSTER_ASSIGN(const auto events,
                client::Events::watch(link, [decision, id](const client::LifecycleEvent& event) {
                  if (decides(event, id)) decision->tell();
                }));
  if (common.verbose || (!common.json && render::is_terminal(STDOUT_FILENO)))
    note(fmt::format("waiting until the approval {} is given or denied; Ctrl-C ends", id));
  for (;;) {
    MUSTER_ASSIGN(const auto shown, show_everywhere(link, id));
    if (const auto state = approval_state(shown); state != ApprovalState::waits) {
      if (common.json)
        print_json(shown);
      else
        print(render::decided_text(id, shown));
      return state == ApprovalState::given ? ExitCode::ok : ExitCode::failed;
    }
    const auto left_ms = shown.value("until_ms", std::int64_t{0}) - link.clock().unix_ms();
    if (left_ms <= 0)
      return fail(Errc::timeout, fmt::format("the approval {} has ended: ask again", id));
    decision->wait(
        std::min(std::chrono::milliseconds(left_ms), std::chrono::milliseconds(kApprovalLook)));
  }
}

}  // namespace muster::cli
