#include "orchestrator/registry/answers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/registry/left_out.hpp"
#include "orchestrator/registry/page.hpp"
#include "orchestrator/registry/permission.hpp"
#include "orchestrator/registry/snapshot.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"
#include "proto/messages/registration.hpp"
#include "proto/messages/registry.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::registry {
namespace {

namespace topics = transport::topics;

constexpr std::size_t kCollectiveLevel = 2;

bool may_ask(security::Role role) {
  return role == security::Role::operator_ || role == security::Role::orchestrator;
}

Result<messages::RegistryRequest> believed(const Answering& context, std::string_view topic,
                                           std::string_view payload, security::Role& role) {
  MUSTER_ASSIGN(const auto opened,
                security::open(payload, envelope::Kind::registry_request, context.operators));
  MUSTER_ASSIGN(auto request, messages::RegistryRequest::decode(opened.body));
  if (!may_ask(opened.role) || request.caller != opened.signer)
    return fail(
        Errc::refused,
        fmt::format("a question in the name of {}, signed by {} ({})", base::quoted(request.caller),
                    base::quoted(opened.signer), security::name_of(opened.role)));
  if (topics::last_level(topic) != request.caller)
    return fail(Errc::refused,
                fmt::format("a question of {} came on the topic of {}",
                            base::quoted(request.caller), base::quoted(topics::last_level(topic))));
  if (topics::level(topic, kCollectiveLevel) != std::string_view(request.collective))
    return fail(Errc::refused, fmt::format("a question to the collective {}, on the topic {}",
                                           base::quoted(request.collective), topic));
  role = opened.role;
  const std::string_view to = request.reply_to;
  const auto own = topics::reply_prefix(request.collective, request.caller, "");
  // The session becomes a topic level: a broker hangs up on whoever publishes to a wildcard.
  if (!to.starts_with(own) || !base::check_caller(to.substr(own.size())))
    return fail(Errc::refused,
                fmt::format("reply topic {} is not {} and a session", base::quoted(to), own));
  return request;
}

Status in_time(const messages::RegistryRequest& request, std::int64_t now_ms) {
  const auto age = now_ms - request.sent_at_ms;
  const auto ttl = std::min(request.ttl_s, kQuestionTtlMaxS);
  if (age <= std::int64_t{ttl} * 1000 && age >= -kQuestionAheadMaxMs) return {};
  return fail(Errc::expired,
              fmt::format("it was sent {} s ago by the asker's clock, {} s are allowed; are both "
                          "clocks right?",
                          age / 1000, ttl));
}

// Decoding facts is what takes the time.
bool by_name_alone(const filter::Filter& filter) {
  const auto& text = filter.text();
  return text.facts.empty() && text.classes.empty() && text.agents.empty() &&
         text.compounds.empty();
}

Match match(const filter::Filter& filter, const Stored& stored) {
  const auto said = [](bool yes) { return yes ? Match::yes : Match::no; };
  if (filter.empty()) return Match::yes;
  if (by_name_alone(filter)) return said(filter.matches({.identity = stored.identity}));
  auto sent = messages::Registration::decode(stored.body);
  if (!sent) return Match::no;
  const auto known = client::registered_from(*std::move(sent));
  if (!known) return Match::no;
  const auto& node = known->node;
  if (reads_what_was_left_out(filter, *known)) return Match::undecided;
  return said(filter.matches({.identity = node.identity,
                              .facts = &node.facts,
                              .classes = &node.classes,
                              .agents = &node.agents}));
}

Status fill(const Answering& context, const messages::RegistryRequest& request,
            const Permission& permission, messages::RegistryReply& reply) {
  MUSTER_TRY(in_time(request, context.clock.unix_ms()));
  MUSTER_ASSIGN(const auto filter, filter::Filter::parse(request.filter));
  if (filter.needs_data_plugins())
    return fail(Errc::invalid_data,
                "a registry knows no data plugins; only the nodes can answer this filter");
  if (request.online) return fill_snapshot(context, request, filter, permission, reply);
  MUSTER_TRY(permission.ask());
  const std::chrono::seconds max_age(request.max_age_s);
  MUSTER_ASSIGN(const auto overview, context.store.overview(request.collective, max_age));
  reply.known = overview.known;
  if (permission.each_node()) {
    MUSTER_ASSIGN(const auto heard, permission.count());
    reply.known = heard;
  }
  reply.heard_all = overview.heard_all;
  const auto look = [&](const Stored& stored) {
    const bool banned = context.left_out && context.left_out(stored.identity);
    return banned ? Match::no : match(filter, stored);
  };
  MUSTER_TRY(
      permission.few_enough([&](const Stored& stored) { return look(stored) != Match::no; }));
  Page page(reply, request.with_content);
  return context.store.each(request.collective, request.after, max_age, [&](const Stored& stored) {
    const auto found = look(stored);
    const bool told = found != Match::no && permission.hear(stored);
    return !told || page.add(stored, found == Match::undecided);
  });
}

}  // namespace

Result<std::optional<SealedAnswer>> answer(const Answering& context, std::string_view topic,
                                           std::string_view payload) {
  auto role = security::Role::none;
  MUSTER_ASSIGN(const auto request, believed(context, topic, payload, role));
  const auto& ours = context.collectives;
  if (std::find(ours.begin(), ours.end(), request.collective) == ours.end()) return std::nullopt;
  if (!request.orchestrator.empty() && request.orchestrator != context.signer.name())
    return std::nullopt;
  messages::RegistryReply reply;
  const Permission permission(context, request, role);
  if (auto filled = fill(context, request, permission, reply); !filled) {
    reply = {};
    reply.status = static_cast<std::uint32_t>(base::status_of(filled.error().code));
    reply.message = filled.error().message;
    log::warning("a question to the registry cannot be answered",
                 {{"caller", request.caller}, {"why", filled.error().message}});
  }
  reply.request_id = request.id;
  reply.orchestrator = context.signer.name();
  reply.sent_at_ms = context.clock.unix_ms();
  MUSTER_ASSIGN(const auto body, reply.encode());
  MUSTER_ASSIGN(auto sealed, context.signer.seal(envelope::Kind::registry_reply, body));
  return SealedAnswer{fmt::format("{}/{}", request.reply_to, context.signer.name()),
                      std::move(sealed), std::min(request.ttl_s, kQuestionTtlMaxS)};
}

}  // namespace muster::registry
