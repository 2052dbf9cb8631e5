#include "orchestrator/cli/waiting_names.hpp"

#include <gmock/gmock.h>

#include "orchestrator/cli/call_options.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class WaitingNamesTest : public testing::Test {
 protected:
  void record(const std::string& node, const std::string& key, const std::string& master = "m-de") {
    client::Record record;
    record.identity = node;
    record.state = "finished";
    record.master = master;
    record.updated_at_ms = lab_.orchestrator().clock().unix_ms();
    if (!key.empty()) record.claim = messages::NameClaim{key, "192.0.2.9", record.updated_at_ms};
    client::must(client::publish_record(lab_.orchestrator(), record));
  }
  Result<std::vector<client::Record>> wait(const WaitingNames& choice,
                                           const CallOptions& call = {}) {
    MUSTER_TRY(check_waiting_names(choice, call));
    return who_wait(lab_.link(), choice, call);
  }
  static std::vector<std::string> names_of(const Result<std::vector<client::Record>>& records) {
    std::vector<std::string> names;
    for (const auto& record : records.value()) names.push_back(record.identity);
    return names;
  }
  static CallOptions with_fact(const std::string& fact) {
    CallOptions call;
    call.words.facts = {fact};
    return call;
  }

  const std::string first_ = std::string(64, 'a');
  const std::string other_ = std::string(64, 'b');
  client::ClientLab lab_;
};

TEST_F(WaitingNamesTest, AllThatWaitAreMeantOrThoseWhoseRecordsMatch) {
  record("n1", first_);
  record("n2", other_, "m-us");
  record("n3", "");
  EXPECT_THAT(names_of(wait({.all_waiting = true})), ElementsAre("n1", "n2"));
  EXPECT_THAT(names_of(wait({}, with_fact("record.master=m-us"))), ElementsAre("n2"));
  EXPECT_EQ(wait({}, with_fact("record.master=m-fr")).error().code, Errc::not_found);
}

TEST_F(WaitingNamesTest, ANameUnderWhichNobodyWaitsStopsTheWhole) {
  record("n1", first_);
  record("n3", "");
  EXPECT_THAT(names_of(wait({.names = {"n1"}})), ElementsAre("n1"));
  EXPECT_THAT(wait({.names = {"n1", "n3"}}).error().message,
              HasSubstr("no machine waits for approval under the name 'n3'"));
}

TEST_F(WaitingNamesTest, NobodyIsMeantUnsaidAndNotInTwoWays) {
  EXPECT_THAT(wait({}).error().message, HasSubstr("--all-waiting"));
  EXPECT_THAT(wait({.names = {"n1"}, .all_waiting = true}).error().message, HasSubstr("one of"));
  EXPECT_FALSE(wait({.names = {"No Name"}}));
}

TEST_F(WaitingNamesTest, EachNameHasItsKeyOrNoneHas) {
  const auto key = first_.substr(0, kKeyDigitsMin);
  EXPECT_TRUE(check_waiting_names({.names = {"n1", "n2"}, .keys = {key, key}}, {}));
  EXPECT_THAT(check_waiting_names({.names = {"n1", "n2"}, .keys = {key}}, {}).error().message,
              HasSubstr("2 names and 1 keys"));
  EXPECT_THAT(check_waiting_names({.names = {"n1"}, .keys = {"abc"}}, {}).error().message,
              HasSubstr("at least 16"));
  EXPECT_FALSE(check_waiting_names({.all_waiting = true, .keys = {key}}, {}));
}

TEST_F(WaitingNamesTest, WhoCameInThePlaceOfOneThatWasSeenStopsTheWhole) {
  record("n1", first_);
  record("n2", other_);
  const WaitingNames seen{.names = {"n1", "n2"}, .keys = {first_, first_}};
  const auto records = wait(seen).value();
  const auto refused = check_seen({}, seen, records);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_THAT(refused.error().message, HasSubstr(other_));
  EXPECT_TRUE(check_seen({}, {.names = {"n1", "n2"}, .keys = {first_, other_}}, records));
}

}  // namespace
}  // namespace muster::cli
