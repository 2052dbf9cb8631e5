#include "tests/swarm/keys/swarm_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/files.hpp"

namespace muster::swarm {
namespace {

constexpr std::string_view kEnd = "-----END CERTIFICATE-----\n";  // of a pair: the key comes first
constexpr mode_t kSecret = 0600;

}  // namespace

std::string name_of(std::size_t index) {
  return fmt::format("node{:05}.swarm.example", index);
}

std::string SwarmKeys::heading() const {
  return fmt::format("muster-swarm keys 1, CA {}\n", ca_.certificate().fingerprint());
}

Status SwarmKeys::add(std::string_view pem, const std::filesystem::path& file) {
  MUSTER_ASSIGN(auto key, x509::Key::private_from_pem(pem, file.string()));
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_pem(pem, file.string()));
  if (certificate.common_name() != name_of(size()) || !certificate.matches(key))
    return fail(Errc::config,
                fmt::format("{}: pair {} is not of {}; delete the file, and it is made anew",
                            file.string(), size(), name_of(size())));
  pairs_.push_back({std::move(key), std::move(certificate)});
  return {};
}

Status SwarmKeys::read(const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto text, base::read_file(file, kKeyFileMaxBytes));
  const auto first = heading();
  if (!text.starts_with(first))
    return fail(Errc::config,
                fmt::format("{} does not hold keys of the CA {}: delete it, and it is made anew",
                            file.string(), ca_.certificate().subject()));
  std::string_view rest = std::string_view(text).substr(first.size());
  pairs_.clear();
  while (!rest.empty() && size() < kNodesMax) {
    const auto found = rest.find(kEnd);
    const auto end = found == std::string_view::npos ? rest.size() : found + kEnd.size();
    MUSTER_TRY(add(rest.substr(0, end), file));
    rest.remove_prefix(end);
  }
  return {};
}

Status SwarmKeys::write(const std::filesystem::path& file) const {
  auto text = heading();
  for (const auto& pair : pairs_) {
    MUSTER_ASSIGN(const auto key, pair.key.private_pem());
    text += key + pair.certificate.pem();
  }
  return base::write_file(file, text, kSecret);
}

void SwarmKeys::make(std::size_t count) {
  while (size() < std::min(count, kNodesMax)) pairs_.push_back(ca_.issue_node(name_of(size())));
}

}  // namespace muster::swarm
