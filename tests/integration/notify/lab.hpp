// Real servers and processes for one test, gone with it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::notify::lab {

// A child of the test with its output in a file; killed at the end of its life.
class Process {
 public:
  Process(const std::vector<std::string>& argv, const std::filesystem::path& output);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void kill_9();
  // Waits for the end; the exit code, 128+N after signal N.
  int wait();
  bool ended();
  std::string output() const;

 private:
  const std::filesystem::path output_;
  pid_t pid_ = -1;
  int status_ = 0;
};

// Free on 127.0.0.1 a moment ago.
std::uint16_t free_port();

// What all servers and clients of a test share: a CA, a certificate for 127.0.0.1, localhost and
// chat.test, and passwords in files.
class Lab {
 public:
  Lab();
  std::filesystem::path file(const std::string& name) const { return folder_ / name; }
  std::filesystem::path ca_file() const { return file("ca.pem"); }
  std::filesystem::path password_file() const { return file("password"); }
  std::filesystem::path wrong_password_file() const { return file("wrong-password"); }
  const fakes::TempFolder& folder() const { return folder_; }

 private:
  const fakes::TempFolder folder_;
};

// Runs tests/lab/NAME; a failure ends the test by an exception with its output.
void run_script(const std::string& name, const std::vector<std::string>& arguments);

// Exim; user "muster", mailbox ops@example.com.
class MailServer {
 public:
  explicit MailServer(const Lab& lab, std::string certificate = "server");
  ~MailServer();
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  void start();
  void stop();
  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  // Every message in the mailbox, whole, in no certain order.
  std::vector<std::string> messages() const;

 private:
  const Lab& lab_;
  const std::string certificate_;
  const std::filesystem::path folder_;
  std::uint16_t port_;
  bool running_ = false;
};

// Prosody for chat.test; users muster and ops, rooms open@ and closed@conference.chat.test (with
// the password).
class ChatServer {
 public:
  explicit ChatServer(const Lab& lab, const std::string& certificate = "server",
                      const std::string& folder = "xmpp");
  ~ChatServer();
  ChatServer(const ChatServer&) = delete;
  ChatServer& operator=(const ChatServer&) = delete;

  std::string endpoint() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  const std::filesystem::path folder_;
  std::uint16_t port_;
};

}  // namespace muster::notify::lab
