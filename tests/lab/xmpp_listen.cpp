// Logs in to a chat server as somebody who gets notifications and prints what arrives, one line a
// message: from<TAB>body, with newlines, tabs and backslashes escaped. "ready" on stderr once
// messages can arrive.
#include <getopt.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "plugins/notifiers/secret.hpp"
#include "plugins/notifiers/xmpp/room.hpp"
#include "plugins/notifiers/xmpp/session.hpp"
#include "proto/base/endpoint.hpp"

namespace {

using namespace muster;

volatile std::sig_atomic_t stop_asked = 0;

struct Options {
  std::string account, server, room, nick = "listener";
  std::filesystem::path password_file, ca_file;
  int messages = 0;
  int seconds = 24 * 3600;
};

std::string escaped(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n')
      line += "\\n";
    else if (c == '\t')
      line += "\\t";
    else if (c == '\\')
      line += "\\\\";
    else
      line += c;
  }
  return line;
}

constexpr const char* kUsage =
    "usage: muster-lab-xmpp-listen --account NAME@DOMAIN --password-file FILE --server HOST:PORT\n"
    "  --ca-file FILE  --room ROOM (also listen there)  --nick NICK (in the room)\n"
    "  --messages N (end after so many)  --seconds N (end with exit code 1 after so long)\n";

Options read(int argc, char** argv) {
  constexpr std::array<option, 9> kOptions{{{"account", required_argument, nullptr, 'a'},
                                            {"password-file", required_argument, nullptr, 'p'},
                                            {"server", required_argument, nullptr, 's'},
                                            {"ca-file", required_argument, nullptr, 'c'},
                                            {"room", required_argument, nullptr, 'r'},
                                            {"nick", required_argument, nullptr, 'n'},
                                            {"messages", required_argument, nullptr, 'm'},
                                            {"seconds", required_argument, nullptr, 't'},
                                            {nullptr, 0, nullptr, 0}}};
  Options options;
  std::map<int, std::string> given;
  for (int name = 0; (name = ::getopt_long(argc, argv, "", kOptions.data(), nullptr)) != -1;) {
    if (name == '?') break;
    given[name] = ::optarg;
  }
  if (!given.count('a') || !given.count('p') || !given.count('s') || ::optind != argc) {
    std::fputs(kUsage, stderr);
    std::exit(2);
  }
  options.account = given['a'];
  options.password_file = given['p'];
  options.server = given['s'];
  options.ca_file = given['c'];
  options.room = given['r'];
  if (given.count('n')) options.nick = given['n'];
  if (given.count('m')) options.messages = std::stoi(given['m']);
  if (given.count('t')) options.seconds = std::stoi(given['t']);
  return options;
}

Status enter_room(notifiers::xmpp::Session& session, const Options& options) {
  if (options.room.empty()) return {};
  notifiers::xmpp::Room room(session, options.room, options.nick, "");
  return room.enter();
}

Status listen(const Options& options) {
  using namespace notifiers;
  MUSTER_ASSIGN(auto password, read_secret(options.password_file));
  MUSTER_ASSIGN(auto server, base::parse_endpoint(options.server, 5222));
  const xmpp::Login login{options.account, std::move(password), std::move(server), options.ca_file};
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(options.seconds);
  MUSTER_ASSIGN(const auto session, xmpp::Session::open(login, deadline));
  MUSTER_TRY(enter_room(*session, options));
  int seen = 0;
  session->on_stanza([&](xmpp_stanza_t* stanza) {
    // A room's subject is a message without a body.
    const auto body = xmpp::name_of(stanza) == "message" ? xmpp::body_of(stanza) : "";
    if (body.empty() || xmpp::attribute(stanza, "type") == "error") return;
    std::printf("%s\t%s\n", xmpp::attribute(stanza, "from").c_str(), escaped(body).c_str());
    std::fflush(stdout);
    ++seen;
  });
  session->send(xmpp::element(session->context(), "presence", {}));
  bool ready = false;
  const auto done = [&] {
    if (!std::exchange(ready, true)) std::fputs("ready\n", stderr);
    return stop_asked != 0 || (options.messages > 0 && seen >= options.messages);
  };
  return session->run_until(done, "further message");
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read(argc, argv);
  for (const int number : {SIGINT, SIGTERM}) std::signal(number, [](int) { stop_asked = 1; });
  const auto listened = listen(options);
  if (listened) return 0;
  std::fprintf(stderr, "muster-lab-xmpp-listen: %s\n", listened.error().message.c_str());
  return 1;
}
