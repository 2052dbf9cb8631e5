#include "plugins/facts/classes.hpp"

#include <fmt/format.h>

#include <set>

#include "plugins/facts/text.hpp"
#include "proto/base/utf8.hpp"

namespace muster::facts {

std::vector<std::string> read_classes(const std::vector<std::string>& files) {
  std::set<std::string> classes;
  for (const auto& file : files)
    for_each_line(base::decode_text(read_system_file(file)).text, [&](std::string_view line) {
      const auto name = trimmed(line);
      if (!name.empty() && classes.size() < kClassesMax) classes.emplace(name);
    });
  return {classes.begin(), classes.end()};
}

std::vector<std::string> doubtful_classes(const std::vector<std::string>& files) {
  std::vector<std::string> doubtful;
  for (const auto& file : files)
    if (const auto line = base::decode_text(read_system_file(file)).wrong_line; line > 0)
      doubtful.push_back(fmt::format("{}:{}", file, line));
  return doubtful;
}

}  // namespace muster::facts
