// One operator's leave for one request of another's. docs/PROTOCOL.md, "Approvals".
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

struct Approval {
  static constexpr auto kKind = envelope::Kind::approval;

  std::string id;        // the statement's
  std::string approver;  // must be the signing certificate's common name
  std::string digest;    // SHA-256 of the statement, as bytes

  std::string encode() const;
  // Errc::invalid_data.
  static Result<Approval> decode(std::string_view body);
};

}  // namespace muster::messages
