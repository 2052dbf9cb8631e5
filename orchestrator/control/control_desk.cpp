#include "orchestrator/control/control_desk.hpp"

#include <chrono>

#include "orchestrator/control/approval_actions.hpp"
#include "orchestrator/control/control_actions.hpp"
#include "orchestrator/control/step_approval.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/request/signed_reply.hpp"
#include "proto/transport/topics.hpp"

namespace muster::control {
namespace {

namespace topics = transport::topics;

constexpr auto kBootIdPath = "/proc/sys/kernel/random/boot_id";

std::string boot_id() {
  const auto boot = base::read_file(kBootIdPath);
  return boot ? boot->substr(0, boot->find('\n')) : "";
}

std::filesystem::path approvals_folder(const DeskOptions& options) {
  return options.approvals_folder.empty() ? options.replay_file.parent_path()
                                          : options.approvals_folder;
}

audit::Completion completion_of(const Judged& judged, const request::Reply& reply,
                                std::int64_t took_ms) {
  audit::Completion line;
  line.request_id = judged.request.id;
  line.caller = judged.request.caller;
  line.agent = judged.request.agent;
  line.action = judged.request.action;
  line.outcome = "answered";
  line.status = reply.status;
  line.message = reply.message;
  line.took_ms = took_ms;
  return line;
}

}  // namespace

ControlDesk::ControlDesk(client::Link& link, Duties duties, DeskOptions options)
    : link_(link),
      duties_(duties),
      own_topic_(
          topics::control_request_to(link.collective(), link.caller(), topics::kEveryCaller)),
      common_topic_(topics::control_request(link.collective(), topics::kEveryCaller)),
      audit_(options.audit),
      policies_(std::move(options.policies)),
      replay_(link.clock(), security::ReplayJournal(options.replay_file, boot_id())),
      approvals_(link.operators(), link.clock(), approvals_folder(options) / "approvals.used"),
      box_(approvals_folder(options) / "approvals.json", link.clock(), link.operators(), policies_,
           std::move(options.tell_approvals)),
      refusals_(link.clock(), kControlRefusals),
      questions_([this](const Judged& judged) { answer(judged, carry_out(judged)); }),
      inbox_(std::make_shared<client::Worker<transport::Message>>(
          "control", kControlQueue, [this](const transport::Message& message) { take(message); })) {
}

ControlDesk::~ControlDesk() {
  link_.endorsements().on_refused({});
  heard_.clear();
  inbox_->stop();
}

Result<std::unique_ptr<ControlDesk>> ControlDesk::start(client::Link& link, Duties duties,
                                                        DeskOptions options) {
  std::unique_ptr<ControlDesk> desk(new ControlDesk(link, duties, std::move(options)));
  MUSTER_TRY(desk->open());
  return desk;
}

Status ControlDesk::open() {
  MUSTER_ASSIGN(auto gate,
                ControlGate::create({link_.caller(), link_.collective(), link_.operators(),
                                     policies_, replay_, *audit_, &approvals_}));
  gate_.emplace(std::move(gate));
  // Not asked of us, but somebody speaks in a name that is not its own: an auditor looks here.
  link_.endorsements().on_refused(
      [this](const std::string& reason) { audit_->flood(audit::Verdict::unverified, reason); });
  MUSTER_ASSIGN(
      heard_, link_.bus().subscribe_all({own_topic_, common_topic_}, transport::Qos::at_least_once,
                                        [inbox = inbox_](transport::Message message) {
                                          if (!message.retained)  // no request is
                                            client::post_message(*inbox, std::move(message));
                                        }));
  return {};
}

void ControlDesk::take(const transport::Message& message) {
  link_.catch_up();  // a caller that was revoked before it asked is refused
  const auto judged =
      gate_->admit(message.payload, transport::topic_matches(own_topic_, message.topic),
                   topics::last_level(message.topic));
  if (!judged || (judged->refusal && !refusals_.pass(judged->request.caller))) return;
  if (judged->refusal) {
    Value needs;
    if (!judged->needs_approval.empty()) needs[request::kNeedsApproval] = judged->needs_approval;
    return answer(*judged, {judged->outcome, base::status_of(judged->refusal->code),
                            judged->refusal->message, std::move(needs)});
  }
  if (is_question(judged->request.action)) return put_question(*judged);
  answer(*judged, carry_out(*judged));
}

void ControlDesk::put_question(const Judged& judged) {
  const auto put = questions_.put(judged);
  if (put) return;
  const request::Reply busy{
      messages::Outcome::busy, base::status_of(put.error().code), put.error().message, {}};
  audit_->completed(completion_of(judged, busy, 0));
  answer(judged, busy);
}

Result<Value> ControlDesk::perform_it(const Judged& judged) {
  const auto& request = judged.request;
  const auto id = "cert=" + request.caller;
  auto approval = perform_approval(box_, {id, judged.role}, request.action, judged.inputs);
  if (approval) return *std::move(approval);
  auto step = perform_step_approval(duties_.approvals, policies_, {id, judged.role}, request.action,
                                    judged.inputs);
  if (step) return *std::move(step);
  return perform(link_, duties_, request.caller, request.action, judged.inputs);
}

request::Reply ControlDesk::carry_out(const Judged& judged) {
  const auto& request = judged.request;
  const auto began = link_.clock().steady();
  auto data = perform_it(judged);
  request::Reply reply;
  if (data) {
    reply.message = "OK";
    reply.data = *std::move(data);
  } else {
    reply.status = base::status_of(data.error().code);
    reply.message = data.error().message;
  }
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(link_.clock().steady() - began);
  audit_->completed(completion_of(judged, reply, took.count()));
  log::info("carried out for an operator",
            {{"caller", request.caller}, {"action", request.action}, {"result", reply.message}});
  return reply;
}

void ControlDesk::answer(const Judged& judged, const request::Reply& reply) {
  const auto& request = judged.request;
  const auto topic = request::reply_topic(request, link_.caller());
  if (!topic || topic->empty()) return;
  auto sealed = request::seal_reply(request, envelope::Kind::control_reply, link_.caller(), reply,
                                    link_.clock().unix_ms(), link_.signer());
  const Status sent =
      sealed ? link_.bus().publish(*topic, *std::move(sealed), {.expiry_s = request.ttl_s})
             : Status(fail(sealed.error()));
  if (!sent)
    log::warning("cannot answer an operator",
                 {{"caller", request.caller}, {"why", sent.error().message}});
}

}  // namespace muster::control
