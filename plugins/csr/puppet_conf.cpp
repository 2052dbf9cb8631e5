#include "plugins/csr/puppet_conf.hpp"

#include "proto/base/files.hpp"

namespace muster::csr {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kConfdir = "$confdir";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

Result<PuppetConf> PuppetConf::read(const std::filesystem::path& confdir) {
  const auto text = base::read_file(confdir / "puppet.conf");
  if (!text && text.error().code != Errc::not_found) return fail(text.error());
  return parse(text ? std::string_view(*text) : std::string_view(), confdir);
}

PuppetConf PuppetConf::parse(std::string_view text, std::filesystem::path confdir) {
  PuppetConf conf;
  conf.confdir_ = std::move(confdir);
  auto* section = &conf.main_;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '[') {
      section = line == "[main]" ? &conf.main_ : line == "[agent]" ? &conf.agent_ : nullptr;
      continue;
    }
    const auto equals = line.find('=');
    if (section == nullptr || equals == std::string_view::npos) continue;
    (*section)[std::string(trimmed(line.substr(0, equals)))] = trimmed(line.substr(equals + 1));
  }
  return conf;
}

std::string PuppetConf::text(const std::string& name) const {
  if (const auto at = agent_.find(name); at != agent_.end()) return at->second;
  const auto at = main_.find(name);
  return at == main_.end() ? std::string() : at->second;
}

std::filesystem::path PuppetConf::path(const std::string& name, const std::string& standard) const {
  auto value = text(name);
  if (value.empty()) return confdir_ / standard;
  if (value.starts_with(kConfdir)) value = confdir_.string() + value.substr(kConfdir.size());
  return value;
}

}  // namespace muster::csr
