#include "plugins/agents/puppet/catalog.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"
#include "proto/base/utf8.hpp"

namespace muster::plugins::puppet {
namespace {

constexpr std::size_t kResourcesMaxBytes = 16 * 1024 * 1024;
constexpr std::size_t kTypeMaxBytes = 256;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// "concat::fragment" as Puppet writes types: "Concat::Fragment".
std::string capitalized(std::string_view type) {
  std::string out(type);
  bool begins = true;
  for (auto& c : out) {
    if (begins && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    begins = c == ':';
  }
  return out;
}

Result<std::string> resources(const PuppetPaths& paths) {
  auto text = base::read_file(paths.state() / "resources.txt", kResourcesMaxBytes);
  if (!text && text.error().code == Errc::not_found) return std::string();
  return text;
}

template <class Visit>
void each_line(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (end > 0) visit(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
}

}  // namespace

Value type_distribution(const PuppetPaths& paths) {
  Value counts = Value::object();
  const auto text = resources(paths);
  if (!text) return counts;
  each_line(*text, [&](std::string_view line) {
    const auto type = base::as_utf8(capitalized(line.substr(0, line.find('['))), kTypeMaxBytes);
    counts[type] = counts.value(type, 0) + 1;
  });
  return counts;
}

Result<bool> manages(const PuppetPaths& paths, std::string_view resource) {
  MUSTER_ASSIGN(const auto text, resources(paths));
  bool found = false;
  each_line(text, [&](std::string_view line) {
    found = found || std::equal(line.begin(), line.end(), resource.begin(), resource.end(),
                                [](char a, char b) { return lower(a) == lower(b); });
  });
  return found;
}

}  // namespace muster::plugins::puppet
