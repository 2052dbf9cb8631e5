#include "tests/swarm/node/node_folder.hpp"

#include "proto/base/files.hpp"

namespace muster::swarm {
namespace {

namespace provision = plugins::provision;

constexpr mode_t kSecret = 0600;
constexpr auto kKeyFile = "requested.key";
constexpr auto kRequestFile = "request.pem";
constexpr auto kMemberFile = "member.pem";
constexpr auto kMasterFile = "master";
constexpr auto kProgressFile = "provision.json";

}  // namespace

Result<NodeKeys> NodeFolder::keys() const {
  MUSTER_ASSIGN(auto keys, keys_to_look_at());
  MUSTER_ASSIGN(keys.join, agent::load_join_identity(folder_));
  return keys;
}

Result<NodeKeys> NodeFolder::keys_to_look_at() const {
  NodeKeys keys;
  if (const auto pem = base::read_file(folder_ / kKeyFile)) {
    MUSTER_ASSIGN(keys.requested, x509::Key::private_from_pem(*pem, kKeyFile));
  }
  if (const auto pem = base::read_file(folder_ / kMemberFile)) {
    MUSTER_ASSIGN(auto certificate, x509::Certificate::from_pem(*pem, kMemberFile));
    MUSTER_ASSIGN(auto key, x509::Key::private_from_pem(*pem, kMemberFile));
    keys.member.emplace(Pair{std::move(key), std::move(certificate)});
  }
  return keys;
}

Result<std::optional<provision::Progress>> NodeFolder::progress() const {
  if (!std::filesystem::exists(folder_ / kProgressFile))
    return std::optional<provision::Progress>();
  MUSTER_ASSIGN(auto read, provision::load_progress(folder_ / kProgressFile));
  return std::optional(std::move(read));
}

Status NodeFolder::save(const provision::Progress& progress) const {
  return provision::save_progress(folder_ / kProgressFile, progress);
}

Status NodeFolder::save_key(const x509::Key& key) const {
  MUSTER_ASSIGN(const auto pem, key.private_pem());
  return base::write_file(folder_ / kKeyFile, pem, kSecret);
}

std::optional<x509::SigningRequest> NodeFolder::request() const {
  const auto pem = base::read_file(folder_ / kRequestFile);
  if (!pem) return std::nullopt;
  auto read = x509::read_request(*pem, kRequestFile);
  return read ? std::optional(*std::move(read)) : std::nullopt;
}

Status NodeFolder::save_request(const x509::SigningRequest& request) const {
  return base::write_file(folder_ / kRequestFile, request.pem);
}

Status NodeFolder::save_member(const Pair& pair) const {
  MUSTER_ASSIGN(const auto key, pair.key.private_pem());
  return base::write_file(folder_ / kMemberFile, pair.certificate.pem() + key, kSecret);
}

std::string NodeFolder::master() const {
  return base::read_file(folder_ / kMasterFile).value_or("");
}

Status NodeFolder::save_master(const std::string& name) const {
  return base::write_file(folder_ / kMasterFile, name);
}

}  // namespace muster::swarm
