#include "orchestrator/cli/render/lost.hpp"

#include <fmt/format.h>

#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

constexpr std::size_t kLostDateLength = 10;  // of "2031-11-27T22:07:34.000Z"

std::string lost_field(const Value& map, const char* key) {
  const auto at = map.is_object() ? map.find(key) : map.end();
  if (!map.is_object() || at == map.end() || !at->is_string()) return "?";
  return one_line(at->get<std::string>());
}

std::int64_t lost_count(const Value& map, const char* key) {
  const auto at = map.is_object() ? map.find(key) : map.end();
  return map.is_object() && at != map.end() && at->is_number_integer() ? at->get<std::int64_t>()
                                                                       : 0;
}

Value lost_of(const client::NodeResult& master) {
  const auto at = master.data.is_object() ? master.data.find("lost") : master.data.end();
  if (!master.data.is_object() || at == master.data.end() || !at->is_array()) return Value::array();
  return *at;
}

}  // namespace

bool has_lost(const client::NodeResult& master) {
  return !lost_of(master).empty();
}

std::string lost_text(const client::NodeResult& master) {
  if (master.outcome != client::Outcome::ok)
    return fmt::format("{}: {}\n", master.identity, one_line(master.message));
  const auto lost = lost_of(master);
  std::string out;
  if (lost.empty()) out = master.identity + ": no certificate is lost\n";
  if (!lost.empty())
    out = fmt::format(
        "{}: {} still valid, in no revocation list, and not the current one of its name:\n",
        master.identity,
        lost.size() == 1 ? "1 certificate is" : fmt::format("{} certificates are", lost.size()));
  for (const auto& one : lost)
    out += fmt::format("   serial {}  {}  until {}\n", lost_field(one, "serial"),
                       lost_field(one, "name"),
                       lost_field(one, "expires_at").substr(0, kLostDateLength));
  if (!lost.empty())
    out += fmt::format("   Revoke each: muster rpc puppetca revoke_lost serial=SERIAL -I {}\n",
                       master.identity);
  if (const auto more = lost_count(master.data, "left_out"); more > 0)
    out += fmt::format("   {} more are not shown\n", more);
  if (const auto unread = lost_count(master.data, "unread_lines"); unread > 0)
    out += fmt::format("   {} lines of its inventory.txt could not be understood\n", unread);
  return out;
}

}  // namespace muster::cli::render
