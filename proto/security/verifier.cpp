#include "proto/security/verifier.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"

namespace muster::security {
namespace {

Result<envelope::Sealed> decode(std::string_view message, envelope::Kind expected) {
  MUSTER_ASSIGN(auto sealed, envelope::decode(message));
  if (sealed.kind != expected)
    return fail(Errc::refused, fmt::format("a message of kind '{}' where '{}' is expected",
                                           name_of(sealed.kind), name_of(expected)));
  return sealed;
}

// Names become topic levels and policy callers: the only edge where they come in from outside.
Status check_signer(const std::string& name, Role role) {
  auto fits = role == Role::none ? base::check_identity(name) : base::check_caller(name);
  if (!fits) return fail(Errc::refused, "the signer's certificate: " + fits.error().message);
  return {};
}

}  // namespace

Result<Opened> open(std::string_view message, envelope::Kind expected, const Trust& trust) {
  MUSTER_ASSIGN(auto sealed, decode(message, expected));
  MUSTER_ASSIGN(auto leaf, trust.verify(sealed.certificates));
  const auto fits =
      trust.check(leaf.key, envelope::signed_bytes(sealed.kind, sealed.body), sealed.signature);
  if (!fits)
    return fail(fits.error().within(
        fmt::format("{} in the name of {}", name_of(expected), base::quoted(leaf.name))));
  MUSTER_TRY(check_signer(leaf.name, leaf.role));
  auto issuer = leaf.direct ? std::move(leaf.anchor) : std::string();
  return Opened{std::move(sealed.body),      std::move(leaf.name), leaf.role,
                std::move(leaf.fingerprint), std::move(issuer),    std::move(leaf.certificate)};
}

Status check_orchestrator(const Opened& opened, envelope::Kind kind) {
  if (opened.role == Role::orchestrator) return {};
  return fail(Errc::refused,
              fmt::format("a message of kind '{}' by {}, who has the role '{}'; only orchestrators "
                          "sign such",
                          name_of(kind), base::quoted(opened.signer), name_of(opened.role)));
}

Result<Opened> open_from_orchestrator(std::string_view message, envelope::Kind expected,
                                      const Trust& trust) {
  MUSTER_ASSIGN(auto opened, open(message, expected, trust));
  MUSTER_TRY(check_orchestrator(opened, expected));
  return opened;
}

Result<OpenedByKey> open_by_key(std::string_view message, envelope::Kind expected,
                                const std::optional<std::string>& pinned, const Trust& trust) {
  MUSTER_ASSIGN(auto sealed, decode(message, expected));
  if (!sealed.certificates.empty())
    return fail(Errc::refused, "a message signed with a certificate where a bare key is expected");
  if (pinned && sealed.public_key != *pinned)
    return fail(Errc::refused,
                "the message is signed with another key than the one that announced");
  if (sealed.public_key.empty()) return fail(Errc::refused, "the message carries no public key");
  MUSTER_ASSIGN(const auto key, x509::Key::public_from_der(sealed.public_key));
  MUSTER_TRY(trust.check(key, envelope::signed_bytes(sealed.kind, sealed.body), sealed.signature));
  return OpenedByKey{std::move(sealed.body), std::move(sealed.public_key)};
}

}  // namespace muster::security
