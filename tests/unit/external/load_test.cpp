#include "node-agent/external/load.hpp"

#include <gmock/gmock.h>

#include "tests/unit/external/surroundings.hpp"

namespace muster::external {
namespace {

using testing::HasSubstr;

constexpr auto kActive = "#!/bin/sh\necho '{\"activate\": true}' > \"$2\"\n";

class LoadTest : public testing::Test {
 protected:
  LoadTest() {
    parrot_ = Value::parse(std::ifstream(kAgents / "external/parrot.json"));
    parrot_["metadata"]["name"] = "wren";
  }

  Loaded loaded(const std::string& name = "wren") const {
    const auto ddl_file = folder() / (name + ".json");
    return load({Kind::choria, name, ddl_file, program_of(ddl_file), {}, "1"}, around_.around, -1);
  }
  // Writes an agent of that description and program; why it is disabled.
  std::string reason(const std::string& ddl, const std::string& program, mode_t mode = 0755) const {
    write(ddl, program, mode);
    const auto result = loaded();
    EXPECT_EQ(result.agent, nullptr);
    return result.reason;
  }
  void write(const std::string& ddl, const std::string& program, mode_t mode = 0755) const {
    around_.node.folder.write("agents/wren.json", ddl);
    std::filesystem::remove(folder() / "wren");
    if (!program.empty()) around_.node.folder.write("agents/wren", program, mode);
  }
  std::filesystem::path folder() const { return around_.node.folder / "agents"; }
  std::string good() const { return parrot_.dump(); }

  TestSurroundings around_;
  Value parrot_;
};

TEST_F(LoadTest, WhoWantsToBeActiveIsOffered) {
  write(good(), kActive);
  const auto result = loaded();
  ASSERT_NE(result.agent, nullptr) << result.reason;
  EXPECT_EQ(result.agent->ddl().name, "wren");
}

TEST_F(LoadTest, ADescriptionThatDoesNotParseDisablesThatAgent) {
  EXPECT_THAT(reason("{\"metadata\": ", kActive), HasSubstr("wren.json:1: not JSON"));
  EXPECT_THAT(reason("[]", kActive), HasSubstr("must be an object"));
  EXPECT_THAT(reason(std::string(100'000, '['), kActive), HasSubstr("nests too deep"));
  auto typo = parrot_;
  typo["actions"][0]["inpt"] = Value::object();
  EXPECT_THAT(reason(typo.dump(), kActive), HasSubstr("unknown key 'inpt'; did you mean 'input'?"));
  auto renamed = parrot_;
  renamed["metadata"]["name"] = "robin";
  EXPECT_THAT(reason(renamed.dump(), kActive), HasSubstr("named 'robin' in its description"));
}

TEST_F(LoadTest, AProgramThatCannotBeRunDisablesTheAgent) {
  EXPECT_THAT(reason(good(), ""), HasSubstr("there is no program"));
  EXPECT_THAT(reason(good(), kActive, 0777), HasSubstr("others may write; run: chmod go-w "));
  EXPECT_THAT(reason(good(), "#!/no/such/shell\n"), HasSubstr("its activation failed"));
  EXPECT_THAT(reason(good(), kActive, 0644), HasSubstr("is not executable"));
}

TEST_F(LoadTest, AFolderThatOthersMayWriteDisablesWhatIsInIt) {
  write(good(), kActive);
  ASSERT_NE(loaded().agent, nullptr);
  const auto agent = loaded().agent;
  std::filesystem::permissions(folder(), std::filesystem::perms(0757));
  EXPECT_THAT(loaded().reason, HasSubstr("run: chmod o-w " + folder().string()));
  EXPECT_NE(TestSurroundings::call(*agent, "repeat", {{"message", "hi"}}).status, 0)
      << "also one that was loaded before";
}

TEST_F(LoadTest, AnActivationThatFailsOrSaysNoDisablesTheAgent) {
  EXPECT_EQ(reason(good(), "#!/bin/sh\necho '{\"activate\": false}' > \"$2\"\n"),
            "it does not want to be active on this node");
  EXPECT_FALSE(loaded().worth_another_try);
  EXPECT_THAT(reason(good(), "#!/bin/sh\necho broken >&2; exit 1\n"),
              HasSubstr("its activation failed: it exited with 1: broken"));
  EXPECT_TRUE(loaded().worth_another_try);
  EXPECT_THAT(reason(good(), "#!/bin/sh\necho nonsense > \"$2\"\n"), HasSubstr("is not JSON"));
  EXPECT_THAT(reason(good(), "#!/bin/sh\nexec sleep 60\n"),
              HasSubstr("did not end within 2000 ms and was killed"));
}

TEST_F(LoadTest, NamesOfBuiltInAgentsAndChoriasOwnAreTaken) {
  for (const std::string name : {"rpcutil", "puppet", "provision", "choria_util", "scout",
                                 "discovery", "choria_provision", "choria_registry"}) {
    auto ddl = parrot_;
    ddl["metadata"]["name"] = name;
    around_.node.folder.write("agents/" + name + ".json", ddl.dump());
    around_.node.folder.write("agents/" + name, kActive, 0755);
    EXPECT_THAT(loaded(name).reason, HasSubstr("the name '" + name + "' is taken")) << name;
  }
}

TEST_F(LoadTest, ADescriptionOfAnotherProviderIsNotOurs) {
  for (const char* provider : {"ruby", "golang"}) {
    auto other = parrot_;
    other["metadata"]["provider"] = provider;
    EXPECT_EQ(reason(other.dump(), kActive), "") << provider;
  }
  auto without = parrot_;
  without["metadata"].erase("provider");
  EXPECT_EQ(reason(without.dump(), ""), "") << "it stands beside a Ruby agent";
}

}  // namespace
}  // namespace muster::external
