#include "tests/sim/node/sim_workplace.hpp"

#include <fmt/format.h>

namespace muster::sim {

Status SimWorkplace::write(const std::function<void()>& change) {
  if (disk_.full) return fail(Errc::io, "no space left on device");
  const auto power = disk_.power;
  if (power == Power::on || power == Power::fails_after_write) change();
  if (power == Power::on) return {};
  disk_.power = Power::gone;
  power_lost_();
  if (power == Power::fails_after_write) return {};
  return fail(Errc::io, "the power is gone");
}

Status SimWorkplace::save(Progress progress) {
  return write([&] { disk_.progress = std::move(progress); });
}

Result<PuppetCa*> SimWorkplace::ca() const {
  const auto found = around_.servers.find(disk_.puppet_address);
  if (found == around_.servers.end() || found->second->is_stopped())
    return fail(Errc::unavailable,
                fmt::format("no Puppet Server answers at '{}'", disk_.puppet_address));
  if (const auto why = found->second->refuses_because(); !why.empty())
    return fail(Errc::aborted, why);
  return found->second;
}

Result<Value> SimWorkplace::set_puppet_host(const Value& arguments) {
  MUSTER_TRY(
      write([&] { disk_.puppet_address = arguments.at("addresses").at(0).get<std::string>(); }));
  return Value{{"changed", true}, {"lines", Value::array()}};
}

Result<Value> SimWorkplace::request_certificate() {
  MUSTER_ASSIGN(auto* const ca, this->ca());
  if (!disk_.key) MUSTER_TRY(write([&] { disk_.key = around_.crypto.make_key(); }));
  const auto bytes = PuppetCa::request_bytes(identity_, *disk_.key);
  MUSTER_ASSIGN(const auto signature, around_.crypto.sign(*disk_.key, bytes));
  MUSTER_ASSIGN(const auto fingerprint, ca->submit(identity_, *disk_.key, signature));
  return Value{
      {"fingerprint", fingerprint}, {"state", "requested"}, {"moved_aside", Value::array()}};
}

Result<Value> SimWorkplace::fetch_certificate(const Value& arguments) {
  MUSTER_ASSIGN(auto* const ca, this->ca());
  const std::string ca_pem = arguments.at("ca_pem");
  MUSTER_ASSIGN(const auto expected, x509::Certificate::from_pem(ca_pem, "the master's CA"));
  if (expected.fingerprint() != ca->certificate().fingerprint())
    return fail(Errc::refused, "another CA answers than the master's");
  MUSTER_ASSIGN(const auto certificate, ca->fetch(identity_));
  if (!disk_.key || !certificate.matches(*disk_.key))
    return fail(Errc::aborted, "the CA's certificate is of another key");
  MUSTER_TRY(write([&] { disk_.certificate = certificate; }));
  return Value{{"fingerprint", certificate.fingerprint()},
               {"not_after_ms", certificate.not_after_ms()}};
}

Status SimWorkplace::give_up_certificate(const std::string& issued_by, Progress progress) {
  MUSTER_ASSIGN(const auto ca, x509::Certificate::from_pem(issued_by, "the retired master's CA"));
  if (certificate_issuer() != ca.common_name())
    return fail(Errc::aborted, "its certificate is of " + certificate_issuer());
  MUSTER_TRY(write([&] {
    disk_.progress = std::move(progress);
    ++disk_.given_up;
  }));
  return write([this] {
    disk_.key.reset();
    disk_.certificate.reset();
  });
}

std::string SimWorkplace::certificate_issuer() const {
  return disk_.certificate ? disk_.certificate->issuer_common_name() : "";
}

}  // namespace muster::sim
