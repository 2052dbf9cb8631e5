// Muster's own lines in /etc/hosts.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::plugins::provision {

// At the end of each line of ours, and of no other.
inline constexpr std::string_view kHostsMark = "# muster";
inline constexpr std::size_t kHostsMaxEntries = 8;  // addresses, and names
inline constexpr std::size_t kHostsFileMaxBytes = 4 * 1024 * 1024;

struct HostEntry {
  std::string address;  // IPv4 or IPv6
  std::vector<std::string> names;
};

// Errc::invalid_data for what is not an address or a host name, Errc::limit for too many.
Status check_entries(const std::vector<HostEntry>& entries);

// `text` with our lines replaced by `entries`, where the first of them stood or at the end; every
// other line stays as it is, byte for byte. Errc::aborted, naming the line, when somebody else's
// line gives one of the names to another address: it would win, or be overruled behind its owner's
// back. Pure.
Result<std::string> with_entries(std::string_view text, const std::vector<HostEntry>& entries);

// Applies with_entries to the file; true when that changed it. Replaced by a rename where possible.
// Where the file is a mount of its own (containers, namespaces) it is rewritten in place, with a
// `journal` file until that is done: a later call mends what a crash broke in between.
Result<bool> update_hosts(const std::filesystem::path& hosts, const std::filesystem::path& journal,
                          const std::vector<HostEntry>& entries);

// The lines of ours in `text`, without their ends.
std::vector<std::string> own_lines(std::string_view text);

}  // namespace muster::plugins::provision
