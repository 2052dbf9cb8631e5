// systemd's journal by its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): a datagram of
// fields, so that `journalctl MUSTER_CALLER=alice` finds what alice asked.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "proto/audit/record.hpp"
#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::audit {

inline constexpr auto kJournalSocket = "/run/systemd/journal/socket";
// MESSAGE_ID of every line, for `journalctl MESSAGE_ID=…`.
inline constexpr auto kJournalMessageId = "5a7cbd2b5b0c4e0f9f6d0a4f3d1c8e77";

// The datagram: MESSAGE=`message`, and MUSTER_<NAME> for each field of the line.
std::string journal_datagram(const Line& line, std::string_view message);

// Not thread-safe. Never blocks: a journal that does not keep up loses the line, which is an error.
class Journal {
 public:
  explicit Journal(std::filesystem::path socket = kJournalSocket);
  bool exists() const;
  // Errc::unavailable.
  Status send(const Line& line, std::string_view message);

 private:
  const std::filesystem::path socket_;
  base::UniqueFd fd_;
};

}  // namespace muster::audit
