#include "proto/messages/node_ban.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/messages/wire.hpp"

namespace muster::messages {
namespace {

Status check_line_of_ban(std::string_view what, std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes)
    return fail(Errc::limit, fmt::format("the {} of a ban has {} bytes; the limit is {}", what,
                                         text.size(), max_bytes));
  const auto is_control = [](char each) {
    const auto byte = static_cast<unsigned char>(each);
    return byte < 0x20 || byte == 0x7f;
  };
  if (std::any_of(text.begin(), text.end(), is_control))
    return fail(
        Errc::invalid_data,
        fmt::format("the {} of a ban has control characters; it is one line of text", what));
  return {};
}

}  // namespace

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
  MUSTER_TRY(check_line_of_ban("reason", wire.reason(), kBanReasonMaxBytes));
  MUSTER_TRY(check_line_of_ban("operator", wire.by(), kBanByMaxBytes));
  return NodeBan{wire.identity(), wire.banned(), wire.number(),
                 wire.reason(),   wire.by(),     wire.at_ms()};
}

}  // namespace muster::messages
