#include "tests/sim/surroundings/root.hpp"

namespace muster::sim {
namespace {

constexpr std::chrono::hours kYear{24 * 365};

x509::IssueSpec spec_of(const std::string& name, const std::string& role) {
  x509::IssueSpec spec;
  spec.common_name = name;
  spec.organizational_unit = role;
  spec.ca = role.empty();
  spec.valid_for = kYear;
  return spec;
}

}  // namespace

Root::Root(Crypto& its_crypto, const std::string& name)
    : crypto(its_crypto),
      key(crypto.make_key()),
      certificate(crypto.issue(spec_of(name, ""), key, nullptr, key).value()) {}

Holder Root::certify(const std::string& name, const std::string& role) const {
  const auto own = crypto.make_key();
  return {own, {crypto.issue(spec_of(name, role), own, &certificate, key).value()}};
}

}  // namespace muster::sim
