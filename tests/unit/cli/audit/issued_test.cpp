#include "orchestrator/cli/audit/issued.hpp"

#include <gmock/gmock.h>

#include "tests/unit/client/client_lab.hpp"

namespace muster::cli {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

Value certificate(const std::string& name) {
  return {{"serial", "0a"},
          {"name", name},
          {"issued_at", "2026-11-27T22:07:32.000Z"},
          {"expires_at", "2031-11-27T22:07:32.000Z"},
          {"current", true}};
}

class IssuedTest : public testing::Test {
 protected:
  IssuedTest() { lab_.trust_nodes(); }
  // A master that answers with the page that begins at what was asked for.
  CaListing listing(std::function<Value(std::int64_t from)> page) {
    client::LabNode master(lab_, "m1",
                           [&](client::LabNode& node, const messages::Request& request) {
                             auto reply = node.reply_to(request);
                             reply.data = page(request.arguments->value("from", std::int64_t{0}));
                             node.send(request, reply);
                           });
    return read_listing(*caller_, "m1", 20s);
  }

  client::ClientLab lab_;
  const std::unique_ptr<client::Caller> caller_ = client::Caller::start(lab_.link()).value();
};

TEST_F(IssuedTest, PageAfterPageIsReadUntilTheLast) {
  const auto all = listing([](std::int64_t from) -> Value {
    if (from == 0) return {{"certificates", {certificate("n1")}}, {"next", 7}};
    return {{"certificates", {certificate("n2")}}, {"next", 0}};
  });
  EXPECT_EQ(all.why_not_whole, "");
  ASSERT_EQ(all.certificates.size(), 2U);
  EXPECT_EQ(all.certificates.at(1).name, "n2");
  EXPECT_TRUE(all.certificates.at(1).current);
}

TEST_F(IssuedTest, PagesThatLeadInARingEnd) {
  const auto all = listing([](std::int64_t from) -> Value {
    return {{"certificates", {certificate("n1")}}, {"next", from == 0 ? 7 : 3}};
  });
  EXPECT_THAT(all.why_not_whole, HasSubstr("do not go on"));
  EXPECT_EQ(all.certificates.size(), 2U);
}

TEST_F(IssuedTest, WhatNoCaWritesIsNotBelievedAndWhatCameBeforeStays) {
  const auto all = listing([](std::int64_t from) -> Value {
    if (from == 0) return {{"certificates", {certificate("n1")}}, {"next", 1}};
    return {{"certificates", {certificate(std::string(kAuditTextMaxBytes + 1, 'n'))}}};
  });
  EXPECT_THAT(all.why_not_whole, HasSubstr("cannot be understood"));
  EXPECT_EQ(all.certificates.size(), 1U);
  EXPECT_THAT(listing([](std::int64_t) -> Value { return Value::array(); }).why_not_whole,
              HasSubstr("holds no certificates"));
}

}  // namespace
}  // namespace muster::cli
