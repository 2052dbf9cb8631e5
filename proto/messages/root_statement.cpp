#include "proto/messages/root_statement.hpp"

#include "proto/messages/wire.hpp"

namespace muster::messages {

std::string RootStatement::encode() const {
  v1::RootStatement wire;
  wire.set_content(content);
  wire.set_new_signature(new_signature);
  return envelope::pack(wire);
}

Result<RootStatement> RootStatement::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::RootStatement>(body, "the root statement"));
  return RootStatement{wire.content(), wire.new_signature()};
}

std::string RootContent::encode() const {
  v1::RootContent wire;
  wire.set_root(root);
  wire.set_number(number);
  wire.set_old_root(old_root);
  wire.set_new_root(new_root);
  wire.set_finished(finished);
  wire.set_at_ms(at_ms);
  return envelope::pack(wire);
}

Result<RootContent> RootContent::decode(std::string_view bytes) {
  MUSTER_ASSIGN(const auto wire,
                envelope::unpack<v1::RootContent>(bytes, "the root statement's content"));
  return RootContent{wire.root(),     wire.number(),   wire.old_root(),
                     wire.new_root(), wire.finished(), wire.at_ms()};
}

}  // namespace muster::messages
