#include "node-agent/external/agent_files.hpp"

#include <gmock/gmock.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::external {
namespace {

using testing::ElementsAre;

std::vector<std::string> names(const std::vector<AgentFile>& agent_files) {
  std::vector<std::string> all;
  for (const auto& each : agent_files) all.push_back(each.name);
  return all;
}

TEST(AgentFilesTest, ProgramsStandWhereChoriaLooksForThem) {
  const fakes::TempFolder folder;
  const auto built = "-" + go_platform();
  folder.write("beside.json", "{}");
  folder.write("beside", "x");
  folder.write("below.json", "{}");
  folder.write("below/below" + built, "x");
  folder.write("own/own.json", "{}");
  folder.write("own/own", "x");
  folder.write("built/built.json", "{}");
  folder.write("built/built" + built, "x");
  folder.write("lonely.json", "{}");
  folder.write("notes.txt", "no agent");
  folder.write("other/more.json", "not seen: another name than its folder's");
  const auto found = find_agent_files({{folder.path()}, {}, {}});
  EXPECT_THAT(names(found), ElementsAre("below", "beside", "built", "lonely", "own"));
  EXPECT_EQ(found[0].program, folder / ("below/below" + built));
  EXPECT_EQ(found[1].program, folder / "beside");
  EXPECT_EQ(found[2].program, folder / ("built/built" + built));
  EXPECT_EQ(found[3].program, "");
  EXPECT_EQ(found[4].program, folder / "own/own");
}

TEST(AgentFilesTest, RubyAgentsStandInTheLibdir) {
  const fakes::TempFolder folder;
  folder.write("mcollective/agent/wren.rb", "");
  folder.write("mcollective/agent/wren.ddl", "");
  folder.write("mcollective/agent/client.ddl", "");
  const auto found = find_agent_files({{}, {"/no/such/folder", folder.path()}, {}});
  EXPECT_THAT(names(found), ElementsAre("wren"));
  EXPECT_EQ(found[0].kind, Kind::ruby);
  EXPECT_EQ(found[0].ddl_file, folder / "mcollective/agent/wren.ddl");
  EXPECT_EQ(found[0].libdir, folder.path());
}

TEST(AgentFilesTest, AnyChangeOfAFileChangesTheStamp) {
  const fakes::TempFolder folder;
  folder.write("a.json", "{}");
  folder.write("a", "one");
  const auto stamp = [&folder] {
    return find_agent_files({{folder.path()}, {}, {}}).front().stamp;
  };
  auto before = stamp();
  EXPECT_EQ(stamp(), before);
  const auto changes = [&] { return std::exchange(before, stamp()) != before; };
  folder.write("a", "longer");
  EXPECT_TRUE(changes());
  std::filesystem::permissions(folder / "a", std::filesystem::perms(0755));
  EXPECT_TRUE(changes());
  folder.write("new", "longer", 0755);
  std::filesystem::rename(folder / "new", folder / "a");
  EXPECT_TRUE(changes());
  folder.write("a.json", "{ }");
  EXPECT_TRUE(changes());
  EXPECT_FALSE(changes());
}

}  // namespace
}  // namespace muster::external
