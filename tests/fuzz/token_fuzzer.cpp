// The claims of a join token, a token as text, and its file. A signature costs as much as a hundred readings of claims, and
// whether it holds depends on no byte of them: few inputs are signed.
#include <ctime>
#include <functional>

#include "proto/security/jws.hpp"
#include "proto/security/token_file.hpp"
#include "tests/fuzz/fuzzer.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace {

using muster::fuzz::require;
namespace security = muster::security;

#ifdef MUSTER_LIBFUZZER
constexpr std::size_t kSignedOneOf = 256;  // inputs
#else
constexpr std::size_t kSignedOneOf = 1;
#endif

// The same ones each time, or an input that breaks something would not break it again.
bool is_signed(std::string_view text) {
  return std::hash<std::string_view>{}(text) % kSignedOneOf == 0;
}

void read_claims(std::string_view text) {
  const auto claims = security::claims_from_text(text);
  if (!claims) return require(!claims.error().message.empty(), "refused claims say why");
  require(security::check_claims(*claims).has_value(), "claims that are read are sound");
  const auto written = security::claims_text(*claims);
  const auto again = security::claims_from_text(written);
  require(again && security::claims_text(*again) == written, "claims read as written");
  static_cast<void>(security::usable_by(*claims, "web1.example.test", claims->issued_at_ms));
}

void sign_and_verify(std::string_view text, const muster::test::TestCa& root, std::int64_t now) {
  static const auto issuer = root.issue_issuer("issuer1", muster::test::wide_limits());
  const auto signed_text = security::jws_sign(text, issuer.key, issuer.certificate);
  require(signed_text.has_value(), "any payload can be signed");
  const auto token = security::verify_token(*signed_text, root.certificate(), now);
  if (token)
    require(security::check_claims(token->claims).has_value(), "a token that verifies is sound");
  else
    require(!token.error().message.empty(), "a refused token says why");
}

}  // namespace

MUSTER_FUZZER(token) {
  static const muster::test::TestCa root("Muster operator root");
  static const auto now = std::int64_t{std::time(nullptr)} * 1000;
  const auto text = muster::fuzz::text_of(data, size);
  read_claims(text);
  require(!security::verify_token(text, root.certificate(), now), "nobody guesses a signature");
  static_cast<void>(security::read_token_file(text, "join.token"));
  if (is_signed(text)) sign_and_verify(text, root, now);
  return 0;
}
