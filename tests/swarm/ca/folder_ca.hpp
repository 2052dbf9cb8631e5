// A Puppet CA on disk, as Puppet's own: nodes in other processes put their requests into it, and its master, when it was killed,
// goes on with what is there.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "tests/swarm/ca/nodes_ca.hpp"

namespace muster::swarm {

// Files below its folder: ca.key and ca.pem; requests/NAME.pem; signed/NAME.pem, the one valid certificate of that name;
// revoked/SERIAL.pem. A certificate is in one of these two folders from the moment it exists, and goes from one to the other in one
// step: whoever looks, finds each once. On the loop's thread; of those who share the folder one alone signs and cleans.
class FolderCa final : public NodesCa {
 public:
  // Of a folder with ca.key and ca.pem; an exception when they are not there.
  explicit FolderCa(const std::filesystem::path& folder);

  // As a Puppet CA: the same request may come again; Errc::aborted while another request or certificate of that name is there.
  Status put_request(const std::string& name, x509::SigningRequest request) override;
  Result<bool> sign(const std::string& name, const std::string& fingerprint) override;
  std::optional<x509::Certificate> certificate(const std::string& name) const override;
  std::int64_t signed_at_ms(const std::string& name) const override;
  Cleaned clean(const std::string& name) override;
  std::string signed_fingerprint(const std::string& name) const override;
  const test::TestCa& ca() const override { return ca_; }

 private:
  std::filesystem::path request_file(const std::string& name) const;
  std::filesystem::path signed_file(const std::string& name) const;
  std::optional<x509::SigningRequest> request(const std::string& name) const;

  const std::filesystem::path folder_;
  const test::TestCa ca_;
};

}  // namespace muster::swarm
