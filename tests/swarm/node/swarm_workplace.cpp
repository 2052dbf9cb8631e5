#include "tests/swarm/node/swarm_workplace.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace muster::swarm {

Status SwarmWorkplace::open() {
  if (folder_ == nullptr) return {};
  master_ = folder_->master();
  MUSTER_ASSIGN(progress_, folder_->progress());
  if (progress_ && progress_->state == plugins::provision::State::finished) on_finished_();
  return {};
}

Status SwarmWorkplace::save(Progress progress) {
  if (folder_ != nullptr) MUSTER_TRY(folder_->save(progress));
  progress_ = std::move(progress);
  return {};
}

// Nobody's file of hosts is changed: of the names one is its master's.
Result<Value> SwarmWorkplace::set_puppet_host(const Value& arguments) {
  for (const auto& name : arguments.value("names", Value::array()))
    if (cas_.contains(name.get<std::string>())) master_ = name;
  if (folder_ != nullptr) MUSTER_TRY(folder_->save_master(master_));
  return Value{{"changed", false}, {"lines", Value::array()}};
}

Result<NodesCa*> SwarmWorkplace::ca() const {
  const auto found = cas_.find(master_);
  if (found != cas_.end()) return found->second;
  if (cas_.size() == 1) return cas_.begin()->second;
  return fail(Errc::not_found, fmt::format("the swarm has no master '{}'", master_));
}

Status SwarmWorkplace::make_key() {
  if (keys_.requested) return {};
  MUSTER_ASSIGN(auto key, x509::Key::generate_p256());
  if (folder_ != nullptr) MUSTER_TRY(folder_->save_key(key));
  keys_.requested = std::move(key);
  return {};
}

Result<x509::SigningRequest> SwarmWorkplace::make_request() {
  MUSTER_TRY(make_key());
  if (folder_ != nullptr)
    if (auto before = folder_->request()) return *std::move(before);
  MUSTER_ASSIGN(auto request, x509::make_request({.common_name = identity_}, *keys_.requested));
  if (folder_ != nullptr) MUSTER_TRY(folder_->save_request(request));
  return request;
}

Result<Value> SwarmWorkplace::request_certificate() {
  MUSTER_ASSIGN(auto* const ca, this->ca());
  MUSTER_ASSIGN(auto request, make_request());
  auto fingerprint = request.fingerprint;
  MUSTER_TRY(ca->put_request(identity_, std::move(request)));
  return Value{{"fingerprint", std::move(fingerprint)},
               {"state", "requested"},
               {"moved_aside", Value::array()}};
}

Result<Value> SwarmWorkplace::fetch_certificate(const Value&) {
  MUSTER_ASSIGN(const auto* const ca, this->ca());
  const auto certificate = ca->certificate(identity_);
  if (!certificate || !keys_.requested || !certificate->matches(*keys_.requested))
    return fail(Errc::not_found, "the CA has not signed a certificate for " + identity_ + " yet");
  Pair pair{*keys_.requested, *certificate};
  if (folder_ != nullptr) MUSTER_TRY(folder_->save_member(pair));
  keys_.member.emplace(std::move(pair));
  return Value{{"fingerprint", certificate->fingerprint()},
               {"not_after_ms", certificate->not_after_ms()}};
}

std::string SwarmWorkplace::certificate_issuer() const {
  if (!keys_.member) return "";
  for (const auto& [master, ca] : cas_)
    if (keys_.member->certificate.issued_by(ca->ca().certificate()))
      return ca->ca().certificate().subject();
  return "";
}

}  // namespace muster::swarm
