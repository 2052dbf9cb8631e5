#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <string>

#include "plugins/facts/collect.hpp"
#include "plugins/facts/text.hpp"

namespace muster::facts {

void add_uptime(const std::filesystem::path& root, Value& facts) {
  const auto text = read_system_file(root / "proc/uptime");  // "4140.05 8020.11"
  std::int64_t seconds = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), seconds).ec != std::errc()) return;
  const auto hours = seconds / 3600;
  const auto days = hours / 24;
  const auto words = days == 0   ? fmt::format("{}:{:02} hours", hours, seconds / 60 % 60)
                     : days == 1 ? std::string("1 day")
                                 : fmt::format("{} days", days);
  facts["system_uptime"] = {
      {"seconds", seconds}, {"hours", hours}, {"days", days}, {"uptime", words}};
}

}  // namespace muster::facts
