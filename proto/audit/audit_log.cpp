#include "proto/audit/audit_log.hpp"

#include <fmt/format.h>

#include "proto/base/log.hpp"
#include "proto/base/utf8.hpp"

namespace muster::audit {

AuditLog::AuditLog(Options options, std::string node, const base::Clock& clock)
    : options_(std::move(options)),
      node_(std::move(node)),
      clock_(clock),
      refusals_(clock, kRefusalLines) {
  const base::Locked state(state_);
  if (!options_.file.empty())
    state->file.emplace(options_.file, static_cast<std::uint64_t>(options_.max_bytes),
                        static_cast<int>(options_.keep));
  if (!options_.journal) return;
  state->journal.emplace(options_.journal_socket);
  if (!state->journal->exists()) state->journal.reset();
}

AuditLog::~AuditLog() {
  const base::Locked state(state_);
  for (auto& [verdict, window] : state->floods)
    if (window.untold > 0) tell(*state, verdict, window);
  tell_left_out(*state, refusals_.all());
}

Status AuditLog::request(Request request) {
  const base::Locked state(state_);
  tell_left_out(*state, refusals_.ended());
  if (request.verdict != Verdict::allowed) {
    const auto passed = refusals_.pass(request.caller);
    if (!passed) return {};
    request.left_out = *passed;
  }
  request.at_ms = clock_.unix_ms();
  const auto message =
      fmt::format("{} {} {}#{}{}{}", request.caller, name_of(request.verdict), request.agent,
                  request.action, request.why.empty() ? "" : ": ", request.why);
  auto written = write(*state, line_of(request, node_), message);
  if (written || !options_.required) return {};
  return fail(written.error().within(
      "not done, as it cannot be recorded and this node's audit is required"));
}

void AuditLog::tell_ended() {
  const base::Locked state(state_);
  tell_left_out(*state, refusals_.ended());
}

void AuditLog::tell_left_out(State& state, const std::vector<base::Throttle::LeftOut>& left_out) {
  for (const auto& [caller, count] : left_out) {
    const Flood flood{clock_.unix_ms(), caller, Verdict::refused,
                      "refused more often than is recorded one by one", count};
    static_cast<void>(write(state, line_of(flood, node_),
                            fmt::format("{} requests of {} {}", count, caller, flood.why)));
  }
}

void AuditLog::completed(Completion completion) {
  const base::Locked state(state_);
  tell_left_out(*state, refusals_.ended());
  completion.at_ms = clock_.unix_ms();
  const auto message =
      fmt::format("{}#{} for {}: {} ({}) in {} ms", completion.agent, completion.action,
                  completion.caller, completion.outcome, completion.status, completion.took_ms);
  static_cast<void>(write(*state, line_of(completion, node_), message));
}

void AuditLog::flood(Verdict verdict, const std::string& why) {
  const base::Locked state(state_);
  tell_left_out(*state, refusals_.ended());
  auto& window = state->floods[verdict];
  const auto now = clock_.steady();
  ++window.untold;
  window.why = why;
  if (window.lines >= kFloodLines && now - window.began < kFloodWindow) return;
  if (now - window.began >= kFloodWindow) {
    window.began = now;
    window.lines = 0;
  }
  ++window.lines;
  tell(*state, verdict, window);
}

void AuditLog::tell(State& state, Verdict verdict, Window& window) {
  const Flood flood{clock_.unix_ms(), "", verdict, window.why, window.untold};
  window.untold = 0;
  static_cast<void>(
      write(state, line_of(flood, node_),
            fmt::format("{} messages {}: {}", flood.count, name_of(verdict), flood.why)));
}

Status AuditLog::write(State& state, const Line& line, const std::string& message) {
  Status written;
  if (state.file) written = state.file->append(json(line));
  if (state.journal)
    if (auto sent = state.journal->send(line, base::as_utf8(message, kTextMaxBytes));
        !sent && !state.file)
      written = sent;
  note(state.counts, written);
  return written;
}

// One word when it begins to fail and one when it goes well again: the log is on the same disk.
void AuditLog::note(Counts& counts, const Status& written) {
  if (written) {
    ++counts.written;
    if (!counts.last_failure.empty())
      log::warning("the audit is written again", {{"lost", std::to_string(counts.lost)}});
    counts.last_failure.clear();
    return;
  }
  ++counts.lost;
  if (counts.last_failure.empty())
    log::error(options_.required ? "the audit cannot be written: requests are refused until it can"
                                 : "the audit cannot be written: requests go on without",
               {{"why", written.error().message}});
  counts.last_failure = written.error().message;
}

Counts AuditLog::counts() const {
  return base::Locked(state_)->counts;
}

}  // namespace muster::audit
