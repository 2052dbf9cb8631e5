#include "proto/ddl/texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::ddl {
namespace {

TEST(DdlTextsTest, EveryBuiltInDescriptionParsesUnderItsOwnName) {
  EXPECT_FALSE(texts().empty());
  for (const auto& entry : texts()) {
    const auto agent = built_in(entry.name);
    ASSERT_TRUE(agent) << agent.error().message;
    EXPECT_EQ(agent->name, entry.name);
    EXPECT_THAT(agent->warnings, testing::IsEmpty()) << "what is built in must be known";
  }
}

TEST(DdlTextsTest, AnUnknownAgentNamesTheNearest) {
  EXPECT_EQ(text("rpcutl"), "");
  EXPECT_THAT(built_in("rpcutl").error().message, testing::HasSubstr("did you mean 'rpcutil'?"));
}

}  // namespace
}  // namespace muster::ddl
