#include "tests/sim/run/figures.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::sim {
namespace {

std::string figure(const std::string& name, double value, std::string_view unit) {
  return fmt::format(R"({{"figure": "sim_{}", "value": {:.10g}, "unit": "{}"}})", name, value,
                     unit);
}

}  // namespace

std::vector<std::string> figures(const Options& options, const Outcome& outcome) {
  const auto nodes = static_cast<double>(std::max<std::size_t>(options.nodes, 1));
  const auto& bus = outcome.provisioning;
  return {
      figure("nodes_provisioned", static_cast<double>(outcome.finished), "nodes"),
      figure("provisioned_node_published", static_cast<double>(bus.published) / nodes, "messages"),
      figure("provisioned_node_published_bytes", static_cast<double>(bus.published_bytes) / nodes,
             "bytes"),
      figure("provisioned_node_delivered", static_cast<double>(bus.delivered) / nodes, "messages"),
      figure("provisioned_node_delivered_bytes", static_cast<double>(bus.delivered_bytes) / nodes,
             "bytes"),
      figure("find_messages", static_cast<double>(outcome.find.messages), "messages"),
      figure("find_bytes", static_cast<double>(outcome.find.bytes), "bytes"),
      figure("find_sent", static_cast<double>(outcome.find.sent), "messages"),
      figure("ping_sent", static_cast<double>(outcome.ping.sent), "messages"),
      figure("ping_messages", static_cast<double>(outcome.ping.messages), "messages"),
      figure("ping_bytes", static_cast<double>(outcome.ping.bytes), "bytes"),
      figure("trace_lines", static_cast<double>(outcome.trace_lines), "lines")};
}

}  // namespace muster::sim
