#include <fmt/format.h>

#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "plugins/facts/collect.hpp"
#include "plugins/facts/text.hpp"

namespace muster::facts {
namespace {

Value usage(std::int64_t total, std::int64_t available) {
  const auto used = total - available;
  const auto bytes = [](std::int64_t count) { return human_bytes(static_cast<double>(count)); };
  return {{"total_bytes", total},
          {"available_bytes", available},
          {"used_bytes", used},
          {"total", bytes(total)},
          {"available", bytes(available)},
          {"used", bytes(used)},
          {"capacity",
           fmt::format("{:.2f}%", 100.0 * static_cast<double>(used) / static_cast<double>(total))}};
}

}  // namespace

void add_memory(const std::filesystem::path& root, Value& facts) {
  std::map<std::string, std::int64_t> bytes;
  for_each_line(read_system_file(root / "proc/meminfo"), [&](std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const auto value = trimmed(line.substr(colon + 1));  // "24684084 kB"
    std::int64_t kibibytes = 0;
    std::from_chars(value.data(), value.data() + value.size(), kibibytes);
    bytes[std::string(line.substr(0, colon))] = kibibytes * 1024;
  });
  if (bytes["MemTotal"] > 0)
    facts["memory"]["system"] = usage(bytes["MemTotal"], bytes["MemAvailable"]);
  if (bytes["SwapTotal"] > 0)
    facts["memory"]["swap"] = usage(bytes["SwapTotal"], bytes["SwapFree"]);
}

}  // namespace muster::facts
