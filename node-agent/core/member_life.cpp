#include "node-agent/core/member_life.hpp"

#include <fmt/format.h>

#include <utility>

#include "proto/base/log.hpp"
#include "proto/security/root_statement.hpp"

namespace muster::agent {

MemberLife::MemberLife(Host& host, const Identity& identity, Tickets& tickets, EndedRuns& runs,
                       Looks& looks, std::shared_ptr<const security::Sealer> sealer, Calls calls)
    : host_(host),
      identity_(identity),
      runs_(runs),
      looks_(looks),
      calls_(std::move(calls)),
      membership_(host, identity, tickets, std::move(sealer),
                  {.opened =
                       [this] {
                         calls_.opened();
                         looks_.ask();
                       },
                   .failed = calls_.failed,
                   .other = calls_.other,
                   .look = [this] { looks_.ask(); }}),
      refresh_(host.timers()),
      refused_roots_(host.timers().clock(), kRefusedRoots) {}

void MemberLife::look_begins() {
  runs_.look_begins();
  reload_ends_ = reload_gathers_ && host_.has_gathered(*reload_gathers_);
}

void MemberLife::on_view(const View& view) {
  if (!membership_.is_open()) return;
  show(view);
  if (!arrived_) arrive(view);
  if (runs_.has_looked() || reload_ends_) membership_.register_now();
  if (std::exchange(reload_ends_, false)) end_reload();
  membership_.register_if_due(view);
  runs_.tell();
  tell_if_renamed(view);
  judge_link(view);
}

void MemberLife::show(const View& view) {
  tell_doubtful_classes(view);
  host_.deliver_revocations(false);
  membership_.show(view);
}

void MemberLife::arrive(const View& view) {
  arrived_ = true;
  host_.keep_certificate();
  host_.remember_joined();
  host_.status(fmt::format("on the bus as {}", identity_.name));
  membership_.tell("joined", {{"version", identity_.version}, {"agents", view.agents}});
  refresh_after(kQuietAfter);
}

void MemberLife::refresh_after(std::chrono::milliseconds time) {
  refresh_.set(time, [this] {
    refresh_after(kRefreshEvery);
    calls_.quiet();
    looks_.ask();
  });
}

void MemberLife::on_link(transport::LinkState state, const std::string& why) {
  if (state == transport::LinkState::lost) {
    lost_at_ = host_.timers().clock().steady();
    return host_.status("connection lost: " + why);
  }
  lost_at_.reset();
  host_.status("connected: " + why);
  host_.deliver_revocations(true);
  membership_.presence().show_again();
}

void MemberLife::on_message(Feed feed, transport::Message message) {
  switch (feed) {
    case Feed::lists:
      return host_.hear_list(std::move(message));
    case Feed::roots:
      return follow_root(message.payload);
    case Feed::presence:
      return membership_.presence().hear(std::move(message));
    case Feed::node:
    case Feed::agents:
    case Feed::join:
      return;  // requests, which the desk takes
  }
}

void MemberLife::follow_root(const std::string& statement) {
  if (statement.size() > security::kRootStatementMaxBytes) return;
  const auto changed = host_.follow_root(statement);
  if (!changed && refused_roots_.pass())
    log::warning("a statement about a root is not believed", {{"why", changed.error().message}});
  if (changed && *changed) looks_.ask();
}

// Once for each change.
void MemberLife::tell_doubtful_classes(const View& view) {
  if (view.doubtful_classes == doubtful_classes_) return;
  doubtful_classes_ = view.doubtful_classes;
  for (const auto& where : doubtful_classes_)
    log::warning(fmt::format(
        "classes are doubtful: {}: bytes that are not UTF-8 are shown as U+FFFD", where));
}

// What a member is called on the bus is what its certificate says.
void MemberLife::tell_if_renamed(const View& view) {
  if (std::exchange(other_name_, view.other_name) == view.other_name || view.other_name.empty())
    return;
  log::warning("the host has another name than this node has joined with, which it keeps",
               {{"identity", identity_.name}, {"host", view.other_name}});
}

// SIGHUP: what changes beside the work leaves the link as it is.
void MemberLife::reload() {
  const auto reread = host_.reread();
  switch (reread.kind) {
    case Reread::Kind::kept:
      return host_.status(fmt::format("on the bus as {}", identity_.name));
    case Reread::Kind::anew:
      return calls_.reload();
    case Reread::Kind::in_place:
      reload_gathers_ = reread.gathers;
      log::info("configuration reread; the link stays");
      looks_.ask();
  }
}

void MemberLife::end_reload() {
  reload_gathers_.reset();
  host_.status(fmt::format("on the bus as {}", identity_.name));
}

// A certificate that was renewed must sign what we say; one that the broker does not take any more
// must be asked for. Only while nothing runs: a reply travels over the link of its request.
void MemberLife::judge_link(const View& view) {
  if (!calls_.idle()) return;
  const bool lost = lost_at_ && host_.timers().clock().steady() - *lost_at_ > kLostForLong;
  if (!lost && !view.certificate_renewed) return;
  if (!lost) log::info("the node's certificate was renewed; connecting anew", {});
  lost_at_.reset();
  calls_.anew();
}

}  // namespace muster::agent
