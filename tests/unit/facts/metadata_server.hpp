// metadata_server.py, running for as long as this object lives.
#pragma once

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <gmock/gmock.h>

#include <string>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::facts {

class MetadataServer {
 public:
  MetadataServer() {
    std::string program = METADATA_SERVER;
    std::string content = (folder_ / "content").string();
    std::string port_file = (folder_ / "port").string();
    std::filesystem::create_directories(content);
    std::string python = "python3";
    char* argv[] = {python.data(), program.data(), content.data(), port_file.data(), nullptr};
    EXPECT_EQ(::posix_spawnp(&pid_, "python3", nullptr, nullptr, argv, environ), 0);
    EXPECT_TRUE(fakes::wait_until([&] { return std::filesystem::exists(port_file); }));
  }
  ~MetadataServer() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  MetadataServer(const MetadataServer&) = delete;
  MetadataServer& operator=(const MetadataServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + folder_.read("port"); }
  void put(const std::string& entry, std::string_view content) const {
    folder_.write("content/latest/meta-data/" + entry, content);
  }
  void break_down() const { folder_.write("content/down", ""); }

 private:
  fakes::TempFolder folder_;
  pid_t pid_ = -1;
};

}  // namespace muster::facts
