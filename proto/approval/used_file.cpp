// "muster-approvals-1 SINCE FORGOTTEN", then a line "UNTIL CALLER ID" for each use; times in
// milliseconds since 1970.
#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "proto/approval/used.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"

namespace muster::approval {
namespace {

constexpr std::string_view kFormat = "muster-approvals-1";
constexpr std::size_t kUsedFileMaxBytes = std::size_t{4} << 20U;  // kUsedMax lines fit

std::string_view next_word(std::string_view& text, char end) {
  const auto at = std::min(text.find(end), text.size());
  const auto word = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return word;
}

std::optional<std::int64_t> time_from(std::string_view word) {
  std::int64_t ms = 0;
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), ms);
  if (problem != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return ms;
}

}  // namespace

std::string UsedApprovals::text_of(const Kept& kept) {
  auto text = fmt::format("{} {} {}\n", kFormat, kept.since_ms, kept.forgotten_until_ms);
  for (const auto& [use, until_ms] : kept.ends)
    text += fmt::format("{} {} {}\n", until_ms, use.first, use.second);
  return text;
}

Result<UsedApprovals::Kept> UsedApprovals::read(const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto content, base::read_file(file, kUsedFileMaxBytes));
  const auto damaged = [&] {
    return fail(Errc::invalid_data, fmt::format("{} is damaged", file.string()));
  };
  if (!content.ends_with('\n')) return damaged();
  std::string_view text = content;
  auto head = next_word(text, '\n');
  if (next_word(head, ' ') != kFormat) return damaged();
  const auto since = time_from(next_word(head, ' '));
  const auto forgotten = time_from(head);
  if (!since || !forgotten) return damaged();
  Kept kept{*since, *forgotten, {}};
  while (!text.empty()) {
    auto line = next_word(text, '\n');
    const auto until = time_from(next_word(line, ' '));
    const std::string caller(next_word(line, ' '));
    if (!until || !base::check_caller(caller) || !check_id(line)) return damaged();
    kept.ends[{caller, std::string(line)}] = *until;
  }
  return kept;
}

}  // namespace muster::approval
