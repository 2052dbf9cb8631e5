#include "node-agent/external/external_data.hpp"

#include <gmock/gmock.h>

#include "node-agent/dispatch/data_table.hpp"
#include "tests/unit/external/surroundings.hpp"

namespace muster::external {
namespace {

using testing::HasSubstr;

class ExternalDataTest : public testing::Test {
 protected:
  Loaded loaded(const std::string& name, const std::filesystem::path& folder) const {
    const auto ddl_file = folder / (name + ".json");
    return load({Kind::data, name, ddl_file, program_of(ddl_file), {}, "1"}, around_.around, -1);
  }
  // Writes a plugin of that description; why it is disabled.
  std::string reason(const std::string& name, const std::string& ddl) const {
    const auto& folder = around_.node.folder;
    folder.write("data/" + name + ".json", ddl);
    const auto result = loaded(name, folder / "data");
    EXPECT_FALSE(result.offered());
    return result.reason;
  }
  TestSurroundings around_;
};

TEST_F(ExternalDataTest, AQuestionIsAnsweredByTheDescribedOutputs) {
  const agent::DataTable table({loaded("tides", kAgents / "data").data});
  EXPECT_EQ(table.query("tides", "hamburg").value(), (Value{{"level", "high"}, {"metres", 3}}));
  EXPECT_EQ(table.query("tides", "bremen").value(), (Value{{"level", "unknown"}, {"metres", 0}}));
  EXPECT_EQ(table.query("tides", "wismar").value(), (Value{{"level", "low"}, {"metres", 0}}))
      << "keys in any case, and an error that is none";
}

TEST_F(ExternalDataTest, WhatGoesWrongIsThatQuestionsErrorAlone) {
  const agent::DataTable table({loaded("tides", kAgents / "data").data});
  const auto why = [&table](const std::string& harbour) {
    const auto answer = table.query("tides", harbour);
    return answer ? "" : answer.error().message;
  };
  EXPECT_THAT(why("rome"), HasSubstr("no such harbour"));
  EXPECT_THAT(why("half"), HasSubstr("is not JSON"));
  EXPECT_THAT(why("list"), HasSubstr("'data' must be an object"));
  EXPECT_THAT(why("Hamburg; rm"), HasSubstr("must match"));
  EXPECT_EQ(why("hamburg"), "");
}

TEST_F(ExternalDataTest, ThoseThatCannotBeOfferedAreDisabledWithTheirReason) {
  EXPECT_THAT(reason("broken", "{"), HasSubstr("broken.json:1: not JSON"));
  EXPECT_THAT(reason("fact", R"({"metadata": {"provider": "external"}})"),
              HasSubstr("the name 'fact' is taken by a data plugin that comes with Muster"));
  const auto tides = around_.node.folder.read(kAgents / "data/tides.json");
  EXPECT_THAT(reason("lonely", tides), HasSubstr("it is named 'tides'"));
  EXPECT_THAT(reason("tides", tides), HasSubstr("there is no program"));
  EXPECT_EQ(reason("foreign", R"({"metadata": {"provider": "golang"}})"), "");
}

}  // namespace
}  // namespace muster::external
