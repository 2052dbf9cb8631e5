#include "orchestrator/cli/render/lost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "orchestrator/cli/render/text.hpp"
#include "proto/base/printable.hpp"

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

constexpr const char* kInUse = "in_use";
constexpr std::string_view kUsed = "yes";
constexpr std::string_view kUnknown = "unknown";

// Found, and not seen in use.
std::vector<Value> lost_of(const client::NodeResult& master) {
  std::vector<Value> lost;
  const auto at = master.data.is_object() ? master.data.find("lost") : master.data.end();
  if (!master.data.is_object() || at == master.data.end() || !at->is_array()) return lost;
  for (const auto& one : *at)
    if (lost_field(one, kInUse) != kUsed) lost.push_back(one);
  return lost;
}

bool is_unknown(const Value& one) {
  return lost_field(one, kInUse) == kUnknown;
}

// Two CAs may have given one name the same number.
bool same_ca(const std::string& one, const std::string& other) {
  return one.empty() || other.empty() || one == other;
}

std::string_view use_of(const Value& one, const ShownCertificate& of_master,
                        const ShownCertificates& shown) {
  const auto node = shown.find(lost_field(one, "name"));
  if (node == shown.end()) return kUnknown;
  const bool used = node->second.serial == lost_field(one, "serial") &&
                    same_ca(node->second.ca_fingerprint, of_master.ca_fingerprint);
  return used ? kUsed : "no";
}

std::string line_of(const Value& one) {
  return fmt::format("   serial {}  {}  until {}{}\n", lost_field(one, "serial"),
                     lost_field(one, "name"),
                     lost_field(one, "expires_at").substr(0, kLostDateLength),
                     is_unknown(one) ? "  (its node is not online: it may use this one)" : "");
}

std::string what_to_do(const std::vector<Value>& lost, const std::string& master) {
  if (lost.empty()) return {};
  std::string out;
  if (std::any_of(lost.begin(), lost.end(), is_unknown))
    out =
        "   Of a node that is not online, look at its certificate first: without it the node is "
        "locked out.\n";
  return out + fmt::format("   Revoke each: muster rpc puppetca revoke_lost serial=SERIAL -I {}\n",
                           master);
}

}  // namespace

void tell_what_is_in_use(client::NodeResult& master, const ShownCertificates& shown) {
  if (!master.data.is_object() || !master.data.contains("lost")) return;
  const auto own = shown.find(master.identity);
  const auto of_master = own == shown.end() ? ShownCertificate{} : own->second;
  auto& lost = master.data["lost"];
  if (!lost.is_array()) return;
  for (auto& one : lost)
    if (one.is_object()) one[kInUse] = std::string(use_of(one, of_master, shown));
}

void leave_out_beyond(std::vector<client::NodeResult>& masters, std::size_t most) {
  std::size_t bytes = 0;
  for (auto& master : masters) {
    bytes += master.data.is_null() ? 0 : base::json_text(master.data).size();
    if (bytes <= most) continue;
    master.outcome = client::Outcome::failed;
    master.data = Value();
    master.message = fmt::format(
        "masters told more than {} MB together; ask it alone: muster provision audit -I {}",
        most >> 20U, master.identity);
  }
}

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
  for (const auto& one : lost) out += line_of(one);
  out += what_to_do(lost, master.identity);
  if (const auto more = lost_count(master.data, "left_out"); more > 0)
    out += fmt::format("   {} more are not shown\n", more);
  if (const auto unread = lost_count(master.data, "unread_lines"); unread > 0)
    out += fmt::format("   {} lines of its inventory.txt could not be understood\n", unread);
  return out;
}

}  // namespace muster::cli::render
