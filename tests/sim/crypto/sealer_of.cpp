#include "tests/sim/crypto/crypto.hpp"

namespace muster::sim {
namespace {

class HolderSealer final : public security::Sealer {
 public:
  HolderSealer(const Crypto& crypto, const Holder& holder) : crypto_(crypto), key_(holder.key) {
    for (const auto& certificate : holder.chain) chain_.push_back(certificate.der());
    if (chain_.empty()) public_key_ = key_.public_der();
  }

  Result<std::string> seal(envelope::Kind kind, std::string body) const override {
    envelope::Sealed sealed;
    sealed.kind = kind;
    MUSTER_ASSIGN(sealed.signature, crypto_.sign(key_, envelope::signed_bytes(kind, body)));
    sealed.body = std::move(body);
    sealed.certificates = chain_;
    sealed.public_key = public_key_;
    return envelope::encode(sealed);
  }

 private:
  const Crypto& crypto_;
  const x509::Key key_;
  std::vector<std::string> chain_;
  std::string public_key_;
};

}  // namespace

std::shared_ptr<const security::Sealer> sealer_of(const Crypto& crypto, const Holder& holder) {
  return std::make_shared<const HolderSealer>(crypto, holder);
}

}  // namespace muster::sim
