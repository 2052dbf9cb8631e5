// What a CA may answer while a name is cleaned, as Puppet Server 8 and OpenVox Server 8 do; what is so afterwards decides.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/agents/puppetca/cleaning.hpp"
#include "proto/base/clock.hpp"
#include "tests/support/node/test_node.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/http/tls_server.hpp"

namespace muster::plugins::puppetca {
namespace {

using testing::HasSubstr;

constexpr auto kMaster = "m1.example";
constexpr auto kName = "n1.example";

std::string answer_of(int status, const std::string& body = "") {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body);
}

class CleaningAnswersTest : public testing::Test {
 protected:
  CleaningAnswersTest() {
    node_.folder.write("ca/ca_crt.pem", ca_.certificate().pem());
    node_.folder.write("ca/ca_crl.pem", ca_.crl({}).pem());
    node_.folder.write("ca/inventory.txt", "");
    test::write_ssldir(node_.paths.ssldir, kMaster, ca_.issue_node(kMaster), ca_.certificate());
    node_.paths.master_url = server_.url("");
  }
  std::string answer(const std::string& request) {
    if (request.starts_with("DELETE")) {
      known_ = known_ && !goes_when_deleted_;
      return answer_of(delete_status_, "no space left on device");
    }
    if (request.starts_with("PUT")) return answer_of(500, "no space left on device");
    return known_ ? answer_of(200, status()) : answer_of(404, "Invalid certificate subject.");
  }
  static std::string status() {
    return fmt::format(R"({{"name":"{}","state":"requested","fingerprints":{{"SHA256":"{}"}}}})",
                       kName, std::string(64, 'A'));
  }
  Result<CleanedName> clean() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    auto ca = CaApi::open(node_, clients_, deadline);
    if (!ca) return fail(ca.error());
    const CaFiles files(node_.paths.cadir);
    return Cleaning(*ca, files, clock_.unix_ms(), deadline).clean(kName);
  }
  void issued(const std::string& serial, int until_year) {
    node_.folder.write("ca/inventory.txt",
                       fmt::format("0x{} 2026-11-27T22:07:32UTC {}-11-27T22:07:32UTC /CN={}\n",
                                   serial, until_year, kName));
  }

  bool known_ = true;  // to the CA, as a request
  bool goes_when_deleted_ = true;
  int delete_status_ = 204;
  const test::TestCa ca_{"Puppet CA: m1.example"};
  base::SystemClock clock_;
  test::TestNode node_{kMaster, clock_};
  http::ClientPool clients_;
  http::TlsServer server_{ca_.issue_node("localhost"), ca_,
                          [this](const auto& request) { return answer(request); }};
};

TEST_F(CleaningAnswersTest, ANameThatIsGoneIsCleanWhateverTheAnswerWas) {
  delete_status_ = 500;
  const auto done = clean();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->was, "requested");
}

TEST_F(CleaningAnswersTest, ANameThatIsStillThereIsNotAndTheCasWordsAreTold) {
  delete_status_ = 500;
  goes_when_deleted_ = false;
  const auto done = clean();
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message,
              testing::AllOf(HasSubstr("still requested"), HasSubstr("no space left on device")));
}

TEST_F(CleaningAnswersTest, ACertificateThatHasEndedAndIsGoneNeedsNothing) {
  known_ = false;
  issued("0002", 2026);
  const auto done = clean();
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->was, "absent");
  EXPECT_TRUE(done->serials.empty());
}

TEST_F(CleaningAnswersTest, OneThatStillCountsAndCannotBeRevokedIsNotDoneAlthoughTheNameIsUnknown) {
  known_ = false;
  issued("0002", 2031);
  const auto done = clean();
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("no space left on device"));
}

}  // namespace
}  // namespace muster::plugins::puppetca
