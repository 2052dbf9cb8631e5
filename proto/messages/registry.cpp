#include "proto/messages/registry.hpp"

#include "proto/base/compress.hpp"
#include "proto/messages/wire.hpp"

namespace muster::messages {

std::string RegistryRequest::encode() const {
  v1::RegistryRequest wire;
  wire.set_id(id);
  wire.set_collective(collective);
  wire.set_caller(caller);
  wire.set_sent_at_ms(sent_at_ms);
  wire.set_ttl_s(ttl_s);
  to_wire(filter, *wire.mutable_filter());
  wire.set_reply_to(reply_to);
  wire.set_orchestrator(orchestrator);
  wire.set_after(after);
  wire.set_max_age_s(max_age_s);
  wire.set_with_content(with_content);
  wire.set_confirmed(confirmed);
  wire.set_online(online);
  return envelope::pack(wire);
}

Result<RegistryRequest> RegistryRequest::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::RegistryRequest>(body, "a registry request"));
  return RegistryRequest{wire.id(),         wire.collective(),   wire.caller(),
                         wire.sent_at_ms(), wire.ttl_s(),        from_wire(wire.filter()),
                         wire.reply_to(),   wire.orchestrator(), wire.after(),
                         wire.max_age_s(),  wire.with_content(), wire.confirmed(),
                         wire.online()};
}

Result<std::string> RegistryReply::encode() const {
  v1::RegistryEntries listed;
  for (const auto& entry : entries) {
    auto& out = *listed.add_entries();
    out.set_identity(entry.identity);
    out.set_seen_at_ms(entry.seen_at_ms);
    out.set_content(entry.content);
    out.set_undecided(entry.undecided);
  }
  v1::RegistryReply wire;
  wire.set_request_id(request_id);
  wire.set_orchestrator(orchestrator);
  MUSTER_ASSIGN(*wire.mutable_entries(), base::compress(envelope::pack(listed)));
  wire.set_more(more);
  wire.set_known(known);
  wire.set_heard_all(heard_all);
  wire.set_sent_at_ms(sent_at_ms);
  wire.set_status(status);
  wire.set_message(message);
  return envelope::pack(wire);
}

Result<RegistryReply> RegistryReply::decode(std::string_view body) {
  MUSTER_ASSIGN(auto wire, envelope::unpack<v1::RegistryReply>(body, "a registry reply"));
  MUSTER_ASSIGN(const auto packed, base::decompress(wire.entries(), kRegistryEntriesMaxBytes));
  MUSTER_ASSIGN(auto listed,
                envelope::unpack<v1::RegistryEntries>(packed, "the entries of a registry reply"));
  RegistryReply out;
  out.request_id = wire.request_id();
  out.orchestrator = wire.orchestrator();
  for (auto& entry : *listed.mutable_entries())
    out.entries.push_back({std::move(*entry.mutable_identity()), entry.seen_at_ms(),
                           std::move(*entry.mutable_content()), entry.undecided()});
  out.more = wire.more();
  out.known = wire.known();
  out.heard_all = wire.heard_all();
  out.sent_at_ms = wire.sent_at_ms();
  out.status = wire.status();
  out.message = wire.message();
  return out;
}

}  // namespace muster::messages
