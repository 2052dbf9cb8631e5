// A join token as text, and any claims behind a valid signature.
#include <ctime>

#include "proto/security/jws.hpp"
#include "proto/security/token_file.hpp"
#include "tests/fuzz/fuzzer.hpp"
#include "tests/support/pki/test_pki.hpp"

using muster::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const muster::test::TestCa root("Muster operator root");
  static const auto issuer = root.issue_issuer("issuer1", muster::test::wide_limits());
  const auto now = std::int64_t{std::time(nullptr)} * 1000;
  const auto text = muster::fuzz::text_of(data, size);
  require(!muster::security::verify_token(text, root.certificate(), now),
          "nobody guesses a signature");
  static_cast<void>(muster::security::read_token_file(text, "join.token"));
  const auto signed_text = muster::security::jws_sign(text, issuer.key, issuer.certificate);
  require(signed_text.has_value(), "any payload can be signed");
  const auto token = muster::security::verify_token(*signed_text, root.certificate(), now);
  if (token)
    require(muster::security::check_claims(token->claims).has_value(),
            "a token that verifies is sound");
  else
    require(!token.error().message.empty(), "a refused token says why");
  return 0;
}
