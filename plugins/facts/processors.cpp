#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "plugins/facts/collect.hpp"
#include "plugins/facts/text.hpp"

namespace muster::facts {
namespace {

std::int64_t number_in(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

void add_processors(const std::filesystem::path& root, Value& facts) {
  std::int64_t count = 0;
  std::int64_t cores = 0;
  std::int64_t siblings = 0;
  std::set<std::string> packages;
  Value models = Value::array();
  for_each_line(read_system_file(root / "proc/cpuinfo"), [&](std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const auto key = trimmed(line.substr(0, colon));
    const auto value = trimmed(line.substr(colon + 1));
    if (key == "processor") ++count;
    if (key == "model name") models.push_back(std::string(value));
    if (key == "physical id") packages.emplace(value);
    if (key == "cpu cores") cores = number_in(value);
    if (key == "siblings") siblings = number_in(value);
  });
  if (count == 0) return;
  Value processors{{"count", count}, {"models", std::move(models)}};
  if (!packages.empty()) processors["physicalcount"] = packages.size();
  if (cores > 0) processors["cores"] = cores;
  if (cores > 0 && siblings >= cores) processors["threads"] = siblings / cores;
  facts["processors"] = std::move(processors);
}

}  // namespace muster::facts
