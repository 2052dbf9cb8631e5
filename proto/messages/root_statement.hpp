// A root has a successor, or has left to it. What must hold of the two signatures is proto/security/root_statement's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

struct RootStatement {
  static constexpr auto kKind = envelope::Kind::root_statement;

  std::string content;        // a RootContent, as the new root signed it
  std::string new_signature;  // the new root's, over "muster/v1 root\n" and the content

  std::string encode() const;
  // Errc::invalid_data.
  static Result<RootStatement> decode(std::string_view body);
};

struct RootContent {
  std::string root;          // "operators" or "orchestrators"
  std::uint64_t number = 0;  // of this root, never goes back
  std::string old_root;      // DER
  std::string new_root;      // DER
  bool finished = false;     // only the new one counts; else both do
  std::int64_t at_ms = 0;

  std::string encode() const;
  // Errc::invalid_data.
  static Result<RootContent> decode(std::string_view bytes);
};

}  // namespace muster::messages
