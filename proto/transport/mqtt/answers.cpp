#include "proto/transport/mqtt/answers.hpp"

#include <algorithm>

#include "proto/transport/mqtt/explain.hpp"

namespace muster::transport::mqtt {
namespace {

Status refused(const std::string& what, const std::string& reason) {
  return fail(Errc::refused, "the broker does not allow us to " + what +
                                 (reason.empty() ? "" : " (" + reason + ")") +
                                 "; its access list ties topics to the name in our certificate");
}

std::string reason_of(int code) {
  return ::mqtt::exception::reason_code_str(code);
}

}  // namespace

void Answer::on_success(const ::mqtt::token& token) {
  int code = token.get_reason_code();
  if (token.get_type() == ::mqtt::token::Type::SUBSCRIBE) {
    const auto codes = token.get_subscribe_response().get_reason_codes();
    for (const int each : codes) code = std::max(code, each);
  }
  all_.set(*this, is_refusal(code) ? refused(what_, reason_of(code)) : Status{});
}

void Answer::on_failure(const ::mqtt::token& token) {
  const int code = token.get_reason_code();
  // Without a reason of the broker it was Paho that gave up.
  const bool from_broker = is_refusal(code) || is_refusal(token.get_return_code());
  if (from_broker) return all_.set(*this, refused(what_, reason_of(code)));
  all_.set(*this,
           fail(Errc::unavailable,
                "cannot " + what_ + ": " + ::mqtt::exception::error_str(token.get_return_code())));
}

std::shared_ptr<Answer> Answers::ask(std::string what) {
  auto answer = std::make_shared<Answer>(*this, std::move(what));
  base::Locked(state_)->asked.emplace(answer.get(), Asked{answer});
  return answer;
}

Status Answers::wait(const std::shared_ptr<Answer>& answer,
                     std::chrono::steady_clock::time_point deadline) {
  base::Locked state(state_);
  const auto asked = state->asked.find(answer.get());
  const auto& result = asked->second.result;
  state.wait_until(arrived_, deadline, [&] { return state->closed || result; });
  if (result) return *state->asked.extract(asked).mapped().result;
  if (state->closed)
    return fail(Errc::unavailable, "cannot " + answer->what_ + ": the link to the broker broke");
  return fail(Errc::timeout, "the broker did not answer our wish to " + answer->what_);
}

void Answers::close() {
  state_.with_lock([](State& state) { state.closed = true; });
  arrived_.notify_all();
}

void Answers::set(const Answer& answer, Status result) {
  state_.with_lock([&](State& state) {
    const auto asked = state.asked.find(&answer);
    if (asked != state.asked.end()) asked->second.result = std::move(result);
  });
  arrived_.notify_all();
}

}  // namespace muster::transport::mqtt
