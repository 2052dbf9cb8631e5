#include "proto/messages/node_ban.hpp"

#include <fmt/format.h>

#include "proto/messages/wire.hpp"

namespace muster::messages {

std::string NodeBan::encode() const {
  v1::NodeBan wire;
  wire.set_identity(identity);
  wire.set_banned(banned);
  wire.set_number(number);
  wire.set_reason(reason);
  wire.set_by(by);
  wire.set_at_ms(at_ms);
  return envelope::pack(wire);
}

Result<NodeBan> NodeBan::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::NodeBan>(body, "a ban"));
  if (wire.reason().size() > kBanReasonMaxBytes)
    return fail(Errc::limit, fmt::format("the reason of a ban has {} bytes; the limit is {}",
                                         wire.reason().size(), kBanReasonMaxBytes));
  return NodeBan{wire.identity(), wire.banned(), wire.number(),
                 wire.reason(),   wire.by(),     wire.at_ms()};
}

}  // namespace muster::messages
