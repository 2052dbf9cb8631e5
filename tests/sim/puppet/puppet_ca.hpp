// A Puppet master's CA: requests come in, are signed, fetched and cleaned.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "proto/base/result.hpp"
#include "tests/sim/crypto/crypto.hpp"
#include "tests/sim/surroundings/machine_clock.hpp"
#include "tests/support/played/puppetca_agent.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class PuppetCa final : public played::CaDesk {
 public:
  PuppetCa(Crypto& crypto, const base::Clock& clock, const std::string& name);

  const std::string& name() const { return name_; }  // the master's
  const x509::Certificate& certificate() const { return certificate_; }
  // Called with each name whose request was signed just now. Nothing is called any more once `who` is told no handler.
  void on_signed(const void* who, std::function<void(const std::string& name)> handler) {
    if (handler)
      on_signed_[who] = std::move(handler);
    else
      on_signed_.erase(who);
  }
  // Called with each certificate that is revoked, by its name.
  void on_revoked(std::function<void(const std::string& name)> handler) {
    on_revoked_ = std::move(handler);
  }
  // Its machine's; 0: it is right.
  void set_clock(std::chrono::milliseconds off) { clock_.set_off_by(off); }

  // Stopped: it does nothing and answers nobody, until it is started.
  void stop(bool is_stopped) { stopped_ = is_stopped; }
  bool is_stopped() const { return stopped_; }
  std::string ill_because() const override {
    return stopped_ ? "the Puppet Server is stopped" : "";
  }
  // It answers everybody that they may not.
  void refuse(bool does_refuse) { refuses_ = does_refuse; }
  std::string refuses_because() const override {
    return refuses_ ? "the Puppet Server answers 403 Forbidden" : "";
  }

  // What a request's signature must cover, by the key that it asks for.
  static std::string request_bytes(const std::string& name, const x509::Key& key);
  // The request's fingerprint, as hex. The same key may ask again; Errc::aborted when the CA holds another key's request or
  // certificate under that name, Errc::refused when the signature is not the key's.
  Result<std::string> submit(const std::string& name, const x509::Key& key,
                             const std::string& signature);
  Result<bool> sign(const std::string& name, const std::string& fingerprint) override;
  // Errc::not_found while it is not signed.
  Result<x509::Certificate> fetch(const std::string& name) const;
  std::int64_t signed_at_ms(const std::string& name) const override;
  std::int64_t now_ms() const override { return clock_.unix_ms(); }
  Cleaned clean(const std::string& name) override;
  std::string signed_fingerprint(const std::string& name) const override;
  // Without a request, as for the master itself.
  Result<x509::Certificate> issue(const std::string& name, const x509::Key& key);

  std::size_t signed_so_far() const { return signed_; }

 private:
  struct Entry {
    std::string fingerprint;
    x509::Key key;
    std::optional<x509::Certificate> certificate;
    std::int64_t made_at_ms = 0;  // request or, since it is there, certificate
  };
  Crypto& crypto_;
  const std::string name_;
  MachineClock clock_;
  const std::unique_ptr<Anchors> check_;
  const x509::Key key_;
  const x509::Certificate certificate_;
  std::map<std::string, Entry> entries_;
  std::map<const void*, std::function<void(const std::string& name)>> on_signed_;
  std::function<void(const std::string& name)> on_revoked_;
  std::size_t signed_ = 0;
  bool stopped_ = false;
  bool refuses_ = false;
};

// Which CA answers at an address: HTTPS between nodes and masters, as far as the simulation has it.
using PuppetServers = std::map<std::string, PuppetCa*>;

}  // namespace muster::sim
