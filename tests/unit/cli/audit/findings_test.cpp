#include "orchestrator/cli/audit/findings.hpp"

#include <gmock/gmock.h>

#include "orchestrator/cli/render/findings.hpp"

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Two masters with a CA each: m1's is "ca1", m2's is "ca2".
class FindingsTest : public testing::Test {
 protected:
  FindingsTest() {
    view_.listings.resize(2);
    view_.listings.at(0).master = "m1";
    view_.listings.at(1).master = "m2";
    view_.cas = {{"m1", "ca1"}, {"m2", "ca2"}};
  }
  void issued(std::size_t master, const std::string& name, bool current = true) {
    view_.listings.at(master).certificates.push_back(
        {"0a", name, "2026-11-27T22:07:32.000Z", "2031-11-27T22:07:32.000Z", current});
  }
  void recorded(const std::string& name, const std::string& ca) {
    client::Record record;
    record.identity = name;
    record.ca_fingerprint = ca;
    view_.records[name] = record;
  }
  void online(const std::string& name, const std::string& ca) { view_.shown[name] = {"0b", ca}; }
  std::vector<std::string> found() const {
    std::vector<std::string> all;
    for (const auto& one : unexpected_in(view_))
      all.push_back(std::string(name_of(one.kind)) + " " + one.certificate.name + " " + one.master);
    return all;
  }

  AuditView view_;
};

TEST_F(FindingsTest, WhatARecordOfThatCaSaysIsExpected) {
  issued(0, "n1");
  recorded("n1", "ca1");
  EXPECT_THAT(found(), IsEmpty());
  online("n1", "ca1");
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(FindingsTest, WithoutRecordAndNodeItIsAnOrphan) {
  issued(0, "gone");
  EXPECT_THAT(found(), ElementsAre("orphan gone m1"));
}

TEST_F(FindingsTest, AMastersOwnAndWhatIsNotCurrentAreNobodysFinding) {
  issued(0, "m1");
  issued(0, "replaced", false);
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(FindingsTest, OfTwoCasThatNameANodeTheOtherOnesIsASecond) {
  issued(0, "n1");
  issued(1, "n1");
  recorded("n1", "ca2");
  EXPECT_THAT(found(), ElementsAre("second n1 m1"));
}

TEST_F(FindingsTest, WhatTheNodeShowsGoesBeforeAnOlderRecord) {
  issued(0, "n1");
  issued(1, "n1");
  recorded("n1", "ca2");
  online("n1", "ca1");
  EXPECT_THAT(found(), ElementsAre("second n1 m2"));
}

TEST_F(FindingsTest, ANodeOnTheBusWithoutARecordWasNotProvisionedByUs) {
  issued(0, "by-hand");
  online("by-hand", "ca1");
  EXPECT_THAT(found(), ElementsAre("unasked by-hand m1"));
}

TEST_F(FindingsTest, ACaThatIsNotKnownMakesNobodyASecond) {
  issued(0, "n1");
  recorded("n1", "");
  recorded("n2", "ca2");
  issued(0, "n2");
  view_.cas.clear();
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(FindingsTest, TheTextSaysWhatToDoAndWhatWasNotRead) {
  issued(0, "gone\x1b");
  view_.listings.at(1).why_not_whole = "m2 did not answer puppetca#issued within 30 s";
  const auto text = render::findings_text(unexpected_in(view_), view_.listings);
  EXPECT_THAT(text, HasSubstr("1 valid certificate of nobody"));
  EXPECT_THAT(text, HasSubstr("   gone\\x1b  at m1  serial 0a  until 2031-11-27\n"));
  EXPECT_THAT(text, HasSubstr("on that master, puppetserver ca clean --certname NAME"));
  EXPECT_THAT(text, HasSubstr("muster node ban NAME"));
  EXPECT_THAT(text, Not(HasSubstr("decommission"))) << "it goes by a record or a node on the bus";
  EXPECT_THAT(text, HasSubstr("m2: not all of its certificates were read: m2 did not answer"));
  EXPECT_THAT(text, Not(HasSubstr("asked Muster for")));
  const auto json = render::findings_json(unexpected_in(view_));
  EXPECT_EQ(json.at(0).at("kind"), "orphan");
  EXPECT_EQ(render::not_whole_json(view_.listings).at(0).at("master"), "m2");
}

}  // namespace
}  // namespace muster::cli
