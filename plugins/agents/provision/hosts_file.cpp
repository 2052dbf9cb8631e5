#include "plugins/agents/provision/hosts_file.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/text.hpp"

namespace muster::plugins::provision {
namespace {

constexpr std::size_t kHostNameMaxBytes = 253;  // RFC 1035

// With their line ends, so that joining them gives the text again.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

bool is_own(std::string_view line) {
  line = base::trimmed(line);
  if (!line.ends_with(kHostsMark)) return false;
  line.remove_suffix(kHostsMark.size());
  // "# not # muster": a comment of somebody else that ends like ours.
  return line.find('#') == std::string_view::npos && !base::trimmed(line).empty();
}

// The words before any comment: an address and its names.
std::vector<std::string> words_of(std::string_view line) {
  return base::words_of(line.substr(0, line.find('#')));
}

bool is_address(const std::string& text) {
  unsigned char bytes[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

bool is_host_name(const std::string& name) {
  return !name.empty() && name.size() <= kHostNameMaxBytes && name.front() != '.' &&
         name.front() != '-' && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '-' || c == '_';
         });
}

Status check_foreign(std::string_view line, std::size_t number,
                     const std::vector<HostEntry>& entries) {
  const auto words = words_of(line);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto ours = [&](const HostEntry& entry) {
      return std::find(entry.names.begin(), entry.names.end(), words[i]) != entry.names.end();
    };
    const bool named = std::any_of(entries.begin(), entries.end(), ours);
    const bool same = std::any_of(entries.begin(), entries.end(), [&](const HostEntry& entry) {
      return ours(entry) && entry.address == words[0];
    });
    if (named && !same)
      return fail(Errc::aborted,
                  fmt::format("line {} gives '{}' to {} and is not Muster's; remove it first",
                              number, words[i], words[0]));
  }
  return {};
}

}  // namespace

Status check_entries(const std::vector<HostEntry>& entries) {
  if (entries.size() > kHostsMaxEntries)
    return fail(Errc::limit, fmt::format("{} addresses; at most {} are allowed", entries.size(),
                                         kHostsMaxEntries));
  for (const auto& entry : entries) {
    if (!is_address(entry.address))
      return fail(Errc::invalid_data,
                  fmt::format("{} is not an IPv4 or IPv6 address", base::quoted(entry.address)));
    if (entry.names.empty() || entry.names.size() > kHostsMaxEntries)
      return fail(Errc::limit, fmt::format("{} names; 1 to {} are allowed", entry.names.size(),
                                           kHostsMaxEntries));
    for (const auto& name : entry.names)
      if (!is_host_name(name))
        return fail(Errc::invalid_data, fmt::format("{} is not a host name", base::quoted(name)));
  }
  return {};
}

Result<std::string> with_entries(std::string_view text, const std::vector<HostEntry>& entries) {
  MUSTER_TRY(check_entries(entries));
  std::string own;
  for (const auto& entry : entries)
    own += fmt::format("{}\t{} {}\n", entry.address, fmt::join(entry.names, " "), kHostsMark);
  std::string result;
  bool placed = false;
  std::size_t number = 0;
  for (const auto line : lines_of(text)) {
    ++number;
    if (!is_own(line)) {
      MUSTER_TRY(check_foreign(line, number, entries));
      result += line;
      continue;
    }
    if (!placed) result += own;
    placed = true;
  }
  if (placed || own.empty()) return result;
  if (!result.empty() && result.back() != '\n') result += '\n';
  return result + own;
}

std::vector<std::string> own_lines(std::string_view text) {
  std::vector<std::string> own;
  for (const auto line : lines_of(text))
    if (is_own(line)) own.emplace_back(base::trimmed(line));
  return own;
}

}  // namespace muster::plugins::provision
