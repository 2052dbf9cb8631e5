#include "orchestrator/client/caller.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/caller_impl.hpp"

namespace muster::client {
namespace {

// What one node's result means to somebody who asked that node alone.
Result<Value> value_of(const std::string& identity, const CallResult& call, const std::string& what,
                       std::chrono::milliseconds timeout) {
  const auto& node = *std::find_if(call.results.begin(), call.results.end(),
                                   [&](const NodeResult& one) { return one.identity == identity; });
  switch (node.outcome) {
    case Outcome::ok:
      return node.data;
    case Outcome::failed: {
      const bool known = node.status >= 1 && node.status <= 5;
      return fail(known ? static_cast<Errc>(node.status) : Errc::unknown,
                  fmt::format("{} {}: {}", node.identity, what, node.message));
    }
    case Outcome::refused:
      return fail(Errc::refused,
                  fmt::format("{} refused {}: {}", node.identity, what, node.message));
    case Outcome::expired:
      return fail(Errc::expired, fmt::format("{} {}: {}", node.identity, what, node.message));
    case Outcome::busy:
      return fail(Errc::unavailable,
                  fmt::format("{} is too busy for {}: {}", node.identity, what, node.message));
    case Outcome::filtered:
    case Outcome::silent:
      break;
  }
  std::string message = fmt::format("{} did not answer {} within {} s", node.identity, what,
                                    static_cast<double>(timeout.count()) / 1000);
  if (call.unverified > 0) message += "; a reply did not verify: " + call.last_unverified;
  return fail(Errc::timeout, std::move(message));
}

std::vector<std::string> names_with(const std::vector<NodeResult>& results, Outcome outcome) {
  std::vector<std::string> names;
  for (const auto& node : results)
    if (node.outcome == outcome) names.push_back(node.identity);
  return names;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::failed:
      return "failed";
    case Outcome::refused:
      return "refused";
    case Outcome::expired:
      return "expired";
    case Outcome::busy:
      return "busy";
    case Outcome::filtered:
      return "filtered";
    case Outcome::silent:
      return "silent";
  }
  return "unknown";
}

std::vector<std::string> CallResult::silent() const {
  return names_with(results, Outcome::silent);
}

std::vector<std::string> CallResult::not_matched() const {
  return names_with(results, Outcome::filtered);
}

bool CallResult::complete() const {
  return silent().empty();
}

bool CallResult::all_ok() const {
  return std::all_of(results.begin(), results.end(),
                     [](const NodeResult& node) { return node.outcome == Outcome::ok; });
}

Result<std::unique_ptr<Caller>> Caller::start(LinkCore& link) {
  auto impl = std::make_unique<Impl>(link);
  MUSTER_TRY(impl->start());
  return std::unique_ptr<Caller>(new Caller(std::move(impl)));
}

Caller::Caller(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Caller::~Caller() = default;

Result<std::shared_ptr<Caller::Pending>> Caller::begin(const Call& call, ResultHandler on_result) {
  return impl_->begin(call, std::move(on_result));
}

Result<CallResult> Caller::call(const Call& call, const ResultHandler& on_result) {
  MUSTER_ASSIGN(const auto pending, impl_->begin(call, on_result));
  if (!call.targets.empty() || !call.expected.empty()) pending->all_expected();
  auto result = pending->wait();
  for (auto& node : result.results)
    if (node.outcome == Outcome::silent)
      if (const auto ban = impl_->link.banned(node.identity)) node.message = ban->text();
  return result;
}

Result<std::string> Caller::send(const Call& call) {
  return impl_->send(call);
}

Result<std::shared_ptr<Caller::Pending>> Caller::begin_each(
    const std::vector<std::string>& identities, const JoinAddress* join, const std::string& agent,
    const std::string& action, const Value& arguments, std::chrono::milliseconds timeout) {
  Call call;
  call.agent = agent;
  call.action = action;
  call.arguments = arguments;
  call.targets = identities;
  call.timeout = timeout;
  MUSTER_ASSIGN(const auto pending, join ? impl_->begin_join(call, *join) : impl_->begin(call, {}));
  pending->all_expected();
  return pending;
}

std::vector<Result<Value>> Caller::values_of(const std::vector<std::string>& identities,
                                             const CallResult& call, const std::string& what,
                                             std::chrono::milliseconds timeout) {
  std::vector<Result<Value>> values;
  values.reserve(identities.size());
  for (const auto& identity : identities) values.push_back(value_of(identity, call, what, timeout));
  return values;
}

Result<Value> Caller::call_one(const std::string& identity, const JoinAddress* join,
                               const std::string& agent, const std::string& action,
                               const Value& arguments, std::chrono::milliseconds timeout) {
  MUSTER_ASSIGN(const auto pending,
                begin_each({identity}, join, agent, action, arguments, timeout));
  return value_of(identity, pending->wait(), fmt::format("{}#{}", agent, action), timeout);
}

std::vector<Result<Value>> Caller::call_each(const std::vector<std::string>& identities,
                                             const std::string& agent, const std::string& action,
                                             const Value& arguments,
                                             std::chrono::milliseconds timeout) {
  if (identities.empty()) return {};
  const auto pending = begin_each(identities, nullptr, agent, action, arguments, timeout);
  if (!pending)
    return std::vector<Result<Value>>(identities.size(), Result<Value>(fail(pending.error())));
  return values_of(identities, (*pending)->wait(), fmt::format("{}#{}", agent, action), timeout);
}

}  // namespace muster::client
