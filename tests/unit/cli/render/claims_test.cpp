#include "orchestrator/cli/render/claims.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cli/render/plain_style.hpp"

namespace muster::cli::render {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

client::Record waits_under(const std::string& node = "n1.de", char key = 'a') {
  client::Record record;
  record.identity = node;
  record.state = "finished";
  record.address = "10.0.0.3";
  record.claim = messages::NameClaim{std::string(64, key), "10.0.0.9\x1b", 1'700'000'000'000};
  return record;
}

TEST(ClaimTextTest, ShowsBothAddressesAndTheKey) {
  const auto text = claim_text(waits_under(), kPlain);
  EXPECT_THAT(text, HasSubstr("Asked by: 10.0.0.9\\x1b\n"));
  EXPECT_THAT(text, HasSubstr("with key: " + std::string(64, 'a') + "\n"));
  EXPECT_THAT(text, HasSubstr("Held by: 10.0.0.3\n"));
}

TEST(ClaimTextTest, SaysWhereNoAddressIsKnown) {
  auto record = waits_under();
  record.address.clear();
  EXPECT_THAT(claim_text(record, kPlain), HasSubstr("Held by: unknown\n"));
}

TEST(ClaimsTextTest, OfSeveralEachHasALineWithItsKeyFirst) {
  const auto text =
      claims_text({waits_under("n1.de", 'a'), waits_under("n2.de", 'b')}, kPlain, 100);
  EXPECT_THAT(text, StartsWith("KEY               NAME   ASKED BY      SINCE         HELD BY\n"
                               "aaaaaaaaaaaaaaaa  n1.de  10.0.0.9\\x1b  22:13:20 UTC  10.0.0.3\n"
                               "bbbbbbbbbbbbbbbb  n2.de  10.0.0.9\\x1b  22:13:20 UTC  10.0.0.3\n"));
  EXPECT_THAT(text, HasSubstr("sha256sum"));
}

TEST(ClaimsTextTest, NoWidthCutsTheKeysThatAreToBeCompared) {
  const auto text = claims_text({waits_under(std::string(60, 'n'), 'a')}, kPlain, 40);
  EXPECT_THAT(text, HasSubstr(std::string(16, 'a') + "  "));
}

}  // namespace
}  // namespace muster::cli::render
