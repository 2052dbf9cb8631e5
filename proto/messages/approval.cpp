#include "proto/messages/approval.hpp"

#include "proto/messages/wire.hpp"

namespace muster::messages {

std::string Approval::encode() const {
  v1::Approval wire;
  wire.set_id(id);
  wire.set_approver(approver);
  wire.set_digest(digest);
  return envelope::pack(wire);
}

Result<Approval> Approval::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::Approval>(body, "an approval"));
  return Approval{wire.id(), wire.approver(), wire.digest()};
}

}  // namespace muster::messages
