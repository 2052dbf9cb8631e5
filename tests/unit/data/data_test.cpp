// The data plugins that come with Muster, asked as a node asks them.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <fstream>

#include "plugins/data/fstat.hpp"
#include "plugins/registry.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins {
namespace {

class DataNode final : public test::TestNode {
 public:
  using TestNode::TestNode;
  Value facts() const override {
    return {{"country", "de"},
            {"cpus", 4},
            {"nothing", nullptr},
            {"net", {{"eth0.100", {{"mtu", 1500}}}, {"dns", {"1.1.1.1", "9.9.9.9"}}}}};
  }
  std::vector<std::string> agents() const override { return {"rpcutil"}; }
  std::vector<std::shared_ptr<const ddl::Agent>> agent_ddls() const override { return {ddl_}; }

 private:
  std::shared_ptr<const ddl::Agent> ddl_ =
      std::make_shared<const ddl::Agent>(ddl::built_in("rpcutil").value());
};

class DataTest : public testing::Test {
 protected:
  Result<Value> ask(const std::string& name, const std::string& argument) {
    for (const auto& plugin : built_in_data_plugins(node_)) {
      if (plugin->ddl().name != name) continue;
      auto answer = plugin->query(argument);
      if (!answer) return answer;
      for (const auto& [output, unused] : answer->items())
        EXPECT_NE(plugin->ddl().find(output), nullptr) << output << " is not in the DDL";
      return answer;
    }
    return fail(Errc::not_found, name);
  }
  std::string file(const std::string& name, const std::string& content = "") {
    const auto path = folder_ / name;
    std::ofstream(path) << content;
    return path.string();
  }

  fakes::TempFolder folder_;
  base::SystemClock clock_;
  DataNode node_{"web1", clock_};
};

TEST_F(DataTest, EveryDescribedPluginIsThere) {
  for (const auto& text : ddl::data_texts()) {
    const auto plugins = built_in_data_plugins(node_);
    EXPECT_TRUE(std::any_of(plugins.begin(), plugins.end(), [&](const auto& each) {
      return each->ddl().name == text.name;
    })) << text.name;
  }
}

TEST_F(DataTest, AnAgentsDescriptionIsData) {
  const auto answer = ask("agent", "rpcutil").value();
  EXPECT_EQ(answer["agent"], "rpcutil");
  EXPECT_EQ(answer["license"], "Apache-2.0");
  EXPECT_EQ(answer["timeout"], 10);
  EXPECT_EQ(ask("agent", "rpcutils").error().message,
            "no agent 'rpcutils' on web1; did you mean 'rpcutil'?");
}

TEST_F(DataTest, MembershipOfACollectiveIsData) {
  EXPECT_EQ(ask("collective", "mcollective").value(), (Value{{"member", true}}));
  EXPECT_EQ(ask("collective", "de").value(), (Value{{"member", false}}));
}

TEST_F(DataTest, FactsAreReadByPath) {
  struct Case {
    const char* path;
    Value exists, value, encoding;
  };
  const Case cases[] = {
      {"country", true, "de", "text/plain"},
      {"cpus", true, 4, "text/plain"},
      {"net.dns.1", true, "9.9.9.9", "text/plain"},
      {"net.dns.2", false, false, false},
      {"net.dns.x", false, false, false},
      {"net.eth0.100.mtu", true, 1500, "text/plain"},
      {"net.dns", true, R"(["1.1.1.1","9.9.9.9"])", "application/json"},
      {"nothing", false, false, false},
      {"", false, false, false},
      {"..", false, false, false},
  };
  for (const auto& each : cases)
    EXPECT_EQ(
        ask("fact", each.path).value(),
        (Value{{"exists", each.exists}, {"value", each.value}, {"value_encoding", each.encoding}}))
        << each.path;
}

TEST_F(DataTest, AFileIsDescribedInFull) {
  const auto path = file("hosts", "hello\n");
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  const timespec times[2] = {{1'000'000'000, 0}, {1'100'000'000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  const auto data = plugins::data::file_status(path, plugins::data::Md5Of::all_files).value();
  EXPECT_EQ(data["name"], path);
  EXPECT_EQ(data["output"], "present");
  EXPECT_EQ(data["present"], 1);
  EXPECT_EQ(data["size"], 6);
  EXPECT_EQ(data["mode"], "100640");
  EXPECT_EQ(data["type"], "file");
  EXPECT_EQ(data["md5"], "b1946ac92492d2347c6235b4d2611184");
  EXPECT_EQ(data["uid"], ::getuid());
  EXPECT_EQ(data["gid"], ::getgid());
  EXPECT_EQ(data["atime_seconds"], 1'000'000'000);
  EXPECT_EQ(data["mtime_seconds"], 1'100'000'000);
  EXPECT_THAT(data["mtime"].get<std::string>(), testing::HasSubstr("2004-11-"));
  const auto age = std::time(nullptr) - 1'100'000'000;
  EXPECT_GE(data["mtime_age"], age - 5);
  EXPECT_LE(data["mtime_age"], age);
  EXPECT_LE(data["ctime_age"], 60);
}

TEST_F(DataTest, OfAFileThatNotEverybodyMayReadThereIsNoMd5) {
  const auto path = file("pin", "1234\n");
  const auto md5 = [&](mode_t folder, mode_t mode) {
    EXPECT_EQ(::chmod((folder_ / "").c_str(), folder), 0);
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return Value(ask("fstat", path).value()["md5"]);
  };
  EXPECT_EQ(md5(0755, 0644), "e7df7cd2ca07f4f1ab415d457a6e1c13");
  EXPECT_EQ(md5(0755, 0640), 0);
  EXPECT_EQ(md5(0700, 0644), 0) << "nobody else comes into its folder";
  EXPECT_THAT(ask("fstat", path).value()["output"].get<std::string>(),
              testing::HasSubstr("not everybody may read it"));
}

TEST_F(DataTest, WhatIsNotThereIsAnAnswerToo) {
  for (const auto& path : {(folder_ / "none").string(), file("plain") + "/below"}) {
    const auto data = ask("fstat", path).value();
    EXPECT_EQ(data["present"], 0) << path;
    EXPECT_EQ(data["output"], "not present");
    EXPECT_EQ(data["type"], "unknown");
    EXPECT_EQ(data["md5"], 0);
  }
}

TEST_F(DataTest, EveryKindOfFileHasItsName) {
  const auto target = file("target", "x");
  const auto folder = folder_ / "";
  std::filesystem::create_symlink(target, folder / "link");
  std::filesystem::create_symlink(folder / "none", folder / "dangling");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const base::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (folder / "socket").c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const std::pair<std::string, const char*> cases[] = {
      {folder.string(), "directory"},           {target, "file"},
      {(folder / "link").string(), "symlink"},  {(folder / "dangling").string(), "unknown"},
      {(folder / "socket").string(), "socket"}, {"/dev/null", "chardev"},
      {(folder / "pipe").string(), "unknown"}};
  for (const auto& [path, type] : cases)
    EXPECT_EQ(ask("fstat", path).value()["type"], type) << path;
  EXPECT_EQ(ask("fstat", (folder / "link").string()).value()["md5"], 0);
  EXPECT_EQ(ask("fstat", (folder / "dangling").string()).value()["present"], 0);
}

TEST_F(DataTest, AHugeFileIsTakenForWhatItIsWithoutReadingIt) {
  const auto path = file("huge");
  std::filesystem::resize_file(path, 300ULL * 1024 * 1024 * 1024);
  const auto data = ask("fstat", path).value();
  EXPECT_EQ(data["size"], 300ULL * 1024 * 1024 * 1024);
  EXPECT_EQ(data["md5"], 0);
  EXPECT_EQ(data["output"], "present; too large for an MD5");
}

}  // namespace
}  // namespace muster::plugins
