#include "orchestrator/cli/render/ping.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

constexpr std::size_t kPingColumns = 40;

}  // namespace

std::string ping_line(const client::NodeResult& node) {
  std::string line = fmt::format("{} time={:.2f} ms", pad(one_line(node.identity), kPingColumns),
                                 as_ms(node.took));
  if (node.outcome != client::Outcome::ok)
    line += fmt::format("  {}: {}", name_of(node.outcome), one_line(node.message));
  return line + "\n";
}

std::string ping_closing(const CallFrame& frame, const client::CallResult& result,
                         const Style& style, std::size_t columns) {
  std::size_t count = 0;
  double most = 0;
  double least = 0;
  double sum = 0;
  for (const auto& node : result.results) {
    if (node.outcome == client::Outcome::silent) continue;
    const double time = as_ms(node.took);
    most = std::max(most, time);
    least = count == 0 ? time : std::min(least, time);
    sum += time;
    ++count;
  }
  std::string out = "\n---- ping statistics ----\n";
  if (count == 0)
    out += "No responses received\n";
  else
    out += fmt::format("{} replies max: {:.2f} min: {:.2f} avg: {:.2f}\n", count, most, least,
                       sum / static_cast<double>(count));
  return out + missing_text(frame, result, style, columns);
}

}  // namespace muster::cli::render
