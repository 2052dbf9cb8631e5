#include "tests/integration/notify/lab.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::notify::lab {

Process::Process(const std::vector<std::string>& argv, const std::filesystem::path& output)
    : output_(output) {
  std::vector<char*> arguments;
  for (const auto& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const base::UniqueFd file(::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;
  ::dup2(file.get(), STDOUT_FILENO);
  ::dup2(file.get(), STDERR_FILENO);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

Process::~Process() {
  kill_9();
}

void Process::kill_9() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  wait();
}

int Process::wait() {
  if (pid_ > 0) ::waitpid(std::exchange(pid_, -1), &status_, 0);
  return WIFSIGNALED(status_) ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
}

bool Process::ended() {
  if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
  return pid_ <= 0;
}

std::string Process::output() const {
  return base::read_file(output_).value_or("");
}

std::uint16_t free_port() {
  const base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(fd.get(), generic, size) != 0 || ::getsockname(fd.get(), generic, &size) != 0)
    throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

Lab::Lab() {
  // Exim works as a user of its own and must get through to its folder.
  ::chmod(folder_.path().c_str(), 0711);
  const test::TestCa ca("Lab CA");
  x509::IssueSpec server{.common_name = "server",
                         .organizational_unit = "",
                         .dns_names = {"localhost", "chat.test", "conference.chat.test"},
                         .ip_addresses = {"127.0.0.1"},
                         .server = true};
  ca.issue(server).write(folder_.path(), "server");
  server.dns_names = {"stranger.test"};
  server.ip_addresses = {};
  ca.issue(server).write(folder_.path(), "stranger");
  ca.holder().write(folder_.path(), "ca");
  folder_.write("password", "c0rrect horse\n", 0600);
  folder_.write("wrong-password", "battery\n", 0600);
}

void run_script(const std::string& name, const std::vector<std::string>& arguments) {
  base::ChildSpec spec;
  spec.argv = {MUSTER_LAB_FOLDER "/" + name};
  spec.argv.insert(spec.argv.end(), arguments.begin(), arguments.end());
  spec.environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  spec.timeout = std::chrono::seconds(40);
  const auto done = base::run_child(spec);
  if (!done) throw std::runtime_error(name + ": " + done.error().message);
  if (done->exit_code != 0) throw std::runtime_error(name + ": " + done->out + done->err);
}

MailServer::MailServer(const Lab& lab, std::string certificate)
    : lab_(lab),
      certificate_(std::move(certificate)),
      folder_(lab.file("smtp-" + certificate_)),
      port_(free_port()) {}

MailServer::~MailServer() {
  stop();
}

void MailServer::start() {
  run_script("smtp",
             {"start", folder_, "--port", std::to_string(port_), "--cert",
              lab_.file(certificate_ + ".pem"), "--key", lab_.file(certificate_ + ".key"), "--user",
              "muster", "--password-file", lab_.password_file(), "--mailbox", "ops@example.com"});
  running_ = true;
}

void MailServer::stop() {
  if (std::exchange(running_, false)) run_script("smtp", {"stop", folder_});
}

std::vector<std::string> MailServer::messages() const {
  std::vector<std::string> messages;
  std::error_code none_yet;
  const auto box = folder_ / "mail/ops@example.com/new";
  for (const auto& file : std::filesystem::directory_iterator(box, none_yet))
    messages.push_back(base::read_file(file.path()).value());
  return messages;
}

ChatServer::ChatServer(const Lab& lab, const std::string& certificate, const std::string& folder)
    : folder_(lab.file(folder)), port_(free_port()) {
  const auto password = ":" + lab.password_file().string();
  run_script("xmpp", {"start", folder_, "--port", std::to_string(port_), "--domain", "chat.test",
                      "--cert", lab.file(certificate + ".pem"), "--key",
                      lab.file(certificate + ".key"), "--user", "muster" + password, "--user",
                      "ops" + password, "--room", "open", "--room", "closed" + password});
}

ChatServer::~ChatServer() {
  run_script("xmpp", {"stop", folder_});
}

}  // namespace muster::notify::lab
