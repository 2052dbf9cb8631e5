#include "orchestrator/cli/render/events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli::render {
namespace {

client::LifecycleEvent sample() {
  client::LifecycleEvent event;
  event.id = "abc";
  event.type = "provisioned";
  event.identity = "n1.example.test";
  event.at_ms = 1'795'247'101'123;
  event.data = {{"master", "m1"}, {"attempts", 1}, {"steps", Value::array()}, {"reason", ""}};
  event.signer = "orchestrator1";
  return event;
}

TEST(EventRenderTest, ALineTellsWhenWhatWhoAndWhy) {
  EXPECT_EQ(
      event_line(sample(), Style(false)),
      "07:45:01  provisioned           n1.example.test               attempts 1, master m1, by "
      "orchestrator1\n");
  auto bare = sample();
  bare.data = nullptr;
  bare.signer = bare.identity;
  bare.identity = bare.signer;
  EXPECT_EQ(event_line(bare, Style(false)), "07:45:01  provisioned           n1.example.test\n");
}

TEST(EventRenderTest, ANodeCannotSteerTheTerminal) {
  auto event = sample();
  event.data = {{"what", "\x1b[2J\nn2 joined"}};
  EXPECT_EQ(event_line(event, Style(false)).find('\x1b'), std::string::npos);
  EXPECT_EQ(event_line(event, Style(false)).find('\n'), event_line(event, Style(false)).size() - 1);
}

TEST(EventRenderTest, ACloudEventHasEveryAttribute) {
  const auto event = cloud_event(sample(), "main");
  EXPECT_EQ(event.at("specversion"), "1.0");
  EXPECT_EQ(event.at("id"), "abc");
  EXPECT_EQ(event.at("source"), "/muster/main/orchestrator1");
  EXPECT_EQ(event.at("type"), "muster.lifecycle.v1.provisioned");
  EXPECT_EQ(event.at("time"), "2026-11-21T07:45:01.123Z");
  EXPECT_EQ(event.at("subject"), "n1.example.test");
  EXPECT_EQ(event.at("datacontenttype"), "application/json");
  EXPECT_EQ(event.at("data").at("identity"), "n1.example.test");
  EXPECT_EQ(event.at("data").at("master"), "m1");
}

}  // namespace
}  // namespace muster::cli::render
