#include "plugins/facts/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "proto/base/files.hpp"

namespace muster::facts {

void for_each_line(std::string_view text, const std::function<void(std::string_view)>& use) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string read_system_file(const std::filesystem::path& path) {
  const auto content = base::read_file(path, kSystemFileMaxBytes);
  return content ? std::string(trimmed(*content)) : std::string();
}

std::map<std::string, std::string> read_assignments(const std::filesystem::path& path) {
  std::map<std::string, std::string> found;
  for_each_line(read_system_file(path), [&](std::string_view line) {
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || line.starts_with('#')) return;
    auto value = trimmed(line.substr(equals + 1));
    if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front())
      value = value.substr(1, value.size() - 2);
    found[std::string(trimmed(line.substr(0, equals)))] = value;
  });
  return found;
}

std::string human_bytes(double bytes) {
  constexpr std::array units{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return fmt::format("{:.0f} bytes", bytes);
  std::size_t unit = 0;
  for (bytes /= 1024; bytes >= 1024 && unit + 1 < units.size(); bytes /= 1024) ++unit;
  return fmt::format("{:.2f} {}", bytes, units[unit]);
}

}  // namespace muster::facts
