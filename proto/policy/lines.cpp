#include "proto/policy/lines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::policy {
namespace {

Status check_characters(std::string_view line) {
  const auto found = std::find_if(line.begin(), line.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
  if (found == line.end()) return {};
  if (*found == '\r' && found + 1 == line.end())
    return fail(Errc::config,
                "Windows line ends: the lines end with CR LF; save the file with LF alone, or run: "
                "sed -i 's/\\r$//' FILE");
  return fail(Errc::config,
              fmt::format("a control character (0x{:02x}) in column {}",
                          static_cast<unsigned char>(*found), found - line.begin() + 1));
}

}  // namespace

Status each_line(std::string_view text, std::string_view file,
                 const std::function<Status(int number, std::string_view line)>& read) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // Windows editors write one
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find_last_not_of(" \t") + 1);
    auto status = check_characters(line);
    const auto first = line.find_first_not_of(" \t");
    if (status && (first == std::string_view::npos || line[first] == '#')) continue;
    if (status) status = read(number, line);
    if (!status)
      return fail(Errc::config, fmt::format("{}:{}: {}", file, number, status.error().message));
  }
  return {};
}

std::vector<std::string> split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
    if (text.empty()) return parts;
    parts.emplace_back(text.substr(0, text.find_first_of(separators)));
    text.remove_prefix(parts.back().size());
  }
}

}  // namespace muster::policy
