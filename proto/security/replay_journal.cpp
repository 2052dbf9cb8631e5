#include "proto/security/replay_journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/put_aside.hpp"

namespace muster::security {
namespace {

constexpr std::string_view kFormat = "muster-seen-1";
constexpr mode_t kMode = 0600;

// Ids come from outside: hex keeps one on its line.
std::string line_of(std::string_view id, std::int64_t until_ms) {
  return fmt::format("{} {}\n", until_ms, base::to_hex(id));
}

std::string_view take(std::string_view& text, char end) {
  const auto at = text.find(end);
  const auto part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return part;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::string> from_hex(std::string_view hex) {
  if (hex.empty() || hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (; !hex.empty(); hex.remove_prefix(2)) {
    unsigned byte = 0;
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + 2, byte, 16);
    if (error != std::errc() || end != hex.data() + 2) return std::nullopt;
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

// False when a line cannot be read: the file was cut off or is somebody else's.
bool read_ids(std::string_view text, std::vector<ReplayJournal::Seen>& ids) {
  bool whole = text.empty() || text.back() == '\n';
  while (!text.empty()) {
    auto line = take(text, '\n');
    const auto until = number(take(line, ' '));
    const auto id = from_hex(line);
    if (until && id)
      ids.push_back({*id, *until});
    else
      whole = false;
  }
  return whole;
}

}  // namespace

ReplayJournal::ReplayJournal(std::filesystem::path path, std::string boot_id)
    : path_(std::move(path)), boot_id_(std::move(boot_id)) {}

std::optional<ReplayJournal::Past> ReplayJournal::read() const {
  const auto content = base::read_file(path_, kReplayJournalMaxBytes);
  if (!content) return std::nullopt;
  std::string_view text = *content;
  const bool has_head = text.find('\n') != std::string_view::npos;
  auto head = take(text, '\n');
  if (take(head, ' ') != kFormat) {
    // An empty one is what give_up() leaves.
    if (!content->empty())
      (void)base::put_aside(path_, {"list of requests that were seen",
                                    "those sent until now are refused", "it has another form"});
    return std::nullopt;
  }
  const bool same_boot = take(head, ' ') == boot_id_ && !boot_id_.empty();
  const auto opened = number(take(head, ' '));
  const auto forgotten = number(head);
  Past past;
  past.whole = read_ids(text, past.state.ids) && has_head && same_boot && opened && forgotten;
  past.state.opened_at_ms = opened.value_or(0);
  past.state.forgotten_until_ms = forgotten.value_or(past.state.forgotten_until_ms);
  return past;
}

Status ReplayJournal::write(const State& state) {
  std::string text =
      fmt::format("{} {} {} {}\n", kFormat, boot_id_, state.opened_at_ms, state.forgotten_until_ms);
  for (const auto& seen : state.ids) text += line_of(seen.id, seen.until_ms);
  fd_.reset();
  if (auto wrote = base::write_file(path_, text, kMode); !wrote) {
    ::unlink(path_.c_str());  // what it says is true no longer
    return wrote;
  }
  fd_ = base::UniqueFd(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!fd_) return give_up("open", errno);
  records_ = state.ids.size();
  return {};
}

Status ReplayJournal::record(std::string_view id, std::int64_t until_ms) {
  const auto line = line_of(id, until_ms);
  const auto wrote = ::write(fd_.get(), line.data(), line.size());
  if (wrote != static_cast<ssize_t>(line.size()))
    return give_up("write", wrote < 0 ? errno : ENOSPC);
  ++records_;
  return {};
}

Status ReplayJournal::give_up(const char* doing, int error) {
  // A full disk still lets a file become shorter.
  if (!fd_ || ::ftruncate(fd_.get(), 0) != 0) ::unlink(path_.c_str());
  fd_.reset();
  return fail(Errc::io,
              fmt::format("cannot {} {}: {}", doing, path_.string(), std::strerror(error)));
}

}  // namespace muster::security
