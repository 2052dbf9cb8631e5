// A workflow that nodes are in, as it stands in its file; retained. docs/PROTOCOL.md, "Workflows".
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

inline constexpr std::size_t kWorkflowMaxBytes = std::size_t{256} * 1024;  // of a text

struct WorkflowText {
  static constexpr auto kKind = envelope::Kind::workflow;

  std::string text;

  std::string encode() const;
  // Errc::invalid_data; limit beyond kWorkflowMaxBytes.
  static Result<WorkflowText> decode(std::string_view body);
};

}  // namespace muster::messages
