#include "proto/messages/workflow_text.hpp"

#include <fmt/format.h>

#include "proto/messages/wire.hpp"

namespace muster::messages {

std::string WorkflowText::encode() const {
  v1::Workflow wire;
  wire.set_text(text);
  return envelope::pack(wire);
}

Result<WorkflowText> WorkflowText::decode(std::string_view body) {
  MUSTER_ASSIGN(const auto wire, envelope::unpack<v1::Workflow>(body, "a workflow"));
  if (wire.text().size() > kWorkflowMaxBytes)
    return fail(Errc::limit, fmt::format("a workflow has {} bytes; the limit is {}",
                                         wire.text().size(), kWorkflowMaxBytes));
  return WorkflowText{wire.text()};
}

}  // namespace muster::messages
