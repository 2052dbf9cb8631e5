// Where operators ask orchestrators for what changes trust or the fleet. Hears the topics
// req/orchestrator and req/orchestrator/NAME of the link's collective.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/worker.hpp"
#include "orchestrator/control/approval_box.hpp"
#include "orchestrator/control/control_gate.hpp"
#include "orchestrator/control/duties.hpp"
#include "orchestrator/control/questions.hpp"
#include "proto/base/throttle.hpp"
#include "proto/request/signed_reply.hpp"
#include "proto/transport/bus.hpp"

namespace muster::control {

// Requests waiting; what is beyond is dropped, unheard.
inline constexpr base::FairLimits kControlQueue{.items = 256,
                                                .per_sender = 64,
                                                .bytes = std::size_t{64} << 20U,
                                                .bytes_per_sender = std::size_t{8} << 20U};
// Refusals answered to one caller; the audit counts the others.
inline constexpr base::Throttle::Rate kControlRefusals{
    .burst = 50, .every = std::chrono::milliseconds(1'000), .names_max = 1'024};

struct DeskOptions {
  std::filesystem::path policies;          // folder; what it lacks is built in
  std::filesystem::path replay_file;       // ids that were carried out, over a restart
  std::shared_ptr<audit::AuditLog> audit;  // not null; others may write to it as well
  // Approvals that were used here, and requests that wait for some: `approvals.used`,
  // `approvals.json`. Empty: beside `replay_file`.
  std::filesystem::path approvals_folder = {};
  ApprovalNews tell_approvals = {};  // on the desk's thread
};

// start() and the destructor on one thread; requests are carried out on a thread of its own, in
// order. What only asks (is_question()) is answered on another one.
class ControlDesk {
 public:
  static Result<std::unique_ptr<ControlDesk>> start(client::Link& link, Duties duties,
                                                    DeskOptions options);
  ~ControlDesk();  // the request in hand is finished

  std::size_t dropped() const { return inbox_->dropped(); }

 private:
  ControlDesk(client::Link& link, Duties duties, DeskOptions options);
  Status open();
  void take(const transport::Message& message);
  void put_question(const Judged& judged);
  request::Reply carry_out(const Judged& judged);
  Result<Value> perform_it(const Judged& judged);
  void answer(const Judged& judged, const request::Reply& reply);

  client::Link& link_;
  const Duties duties_;
  const std::string own_topic_;
  const std::string common_topic_;
  const std::shared_ptr<audit::AuditLog> audit_;
  policy::PolicyStore policies_;
  security::ReplayWindow replay_;
  approval::Checker approvals_;
  ApprovalBox box_;
  std::optional<ControlGate> gate_;
  base::Throttle refusals_;
  Questions questions_;
  std::shared_ptr<client::Worker<transport::Message>> inbox_;
  std::vector<transport::Subscription> heard_;
};

}  // namespace muster::control
