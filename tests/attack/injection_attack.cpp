// Text that would be read as something else: by a shell, a terminal, a log, a mail server, a hosts file.
#include <nlohmann/json.hpp>

#include "plugins/agents/provision/hosts_file.hpp"
#include "plugins/notifiers/email/address.hpp"
#include "plugins/notifiers/email/message.hpp"
#include "proto/base/child.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/printable.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::attack {
namespace {

// An input of a built-in agent that reaches a child or a file's name, with the others that its action needs.
struct Input {
  const char* agent;
  const char* action;
  const char* name;
  Value good;  // this one too
};

const std::vector<Input>& inputs() {
  static const std::vector<Input> all{
      {"package", "install", "package", {{"package", "vim"}}},
      {"package", "install", "version", {{"package", "vim"}, {"version", "1:2.0~rc1"}}},
      {"service", "restart", "service", {{"service", "nginx"}}},
      {"nettest", "ping", "fqdn", {{"fqdn", "a.example"}}},
      {"puppet", "runonce", "server", {{"server", "puppet.example:8140"}}},
      {"puppet", "runonce", "environment", {{"environment", "production"}}},
      {"puppet", "runonce", "tags", {{"tags", "web,db::a"}}},
      {"puppetca", "clean", "certname", {{"certname", "n1"}}},
      {"process", "list", "user", {{"user", "root"}}},
      {"exec", "run", "user", {{"argv", {"true"}}, {"user", "root"}}},
      {"shell", "run", "user", {{"command", "true"}, {"user", "root"}}}};
  return all;
}

TEST(Injection, NoArgumentReachesAShell) {
  const std::vector<std::string> metas{";id",
                                       "$(id)",
                                       "`id`",
                                       "|id",
                                       "&id",
                                       ">x",
                                       "\nid",
                                       " id",
                                       "'",
                                       "\"",
                                       std::string(1, '\0') + "id",
                                       "*",
                                       "(",
                                       "\xc2\xa0"};
  row("operator", "; $() ` | & > newline, quotes and spaces in every argument that reaches a child",
      "answered invalid by the description");
  for (const auto& input : inputs()) {
    const auto agent = ddl::built_in(input.agent).value();
    const auto good = ddl::check_inputs(agent, input.action, input.good);
    ASSERT_TRUE(good) << input.agent << ": " << good.error().message;
    for (const auto& meta : metas) {
      auto bad = input.good;
      bad[input.name] = bad[input.name].get<std::string>() + meta;
      EXPECT_FALSE(ddl::check_inputs(agent, input.action, bad))
          << input.agent << "#" << input.action << " takes " << bad;
    }
  }
}

TEST(Injection, NoArgumentBecomesAnOption) {
  row("operator", "package names, versions, users and hosts that begin with a dash",
      "answered invalid by the description");
  for (const auto& [agent_name, action, name, good] : inputs()) {
    if (std::string(agent_name) == "service" || std::string(name) == "tags" ||
        std::string(agent_name) == "nettest")
      continue;  // over D-Bus, behind --tags, resolved: never a word of its own
    const auto agent = ddl::built_in(agent_name).value();
    auto bad = good;
    bad[name] = "-oAPT::Update::Pre-Invoke::=id";
    EXPECT_FALSE(ddl::check_inputs(agent, action, bad))
        << agent_name << "#" << action << " " << name;
    bad[name] = "--root";
    EXPECT_FALSE(ddl::check_inputs(agent, action, bad))
        << agent_name << "#" << action << " " << name;
  }
}

TEST(Injection, AChildsWordsAreWords) {
  row("operator", "shell syntax in the words of a child", "handed over as it is");
  base::ChildSpec spec;
  spec.argv = {"printf", "%s|", "$(id)", "a;b", "`id`", "c d", "*"};
  const auto result = base::run_child(spec);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->out, "$(id)|a;b|`id`|c d|*|");
}

TEST(Injection, ShellsafeMeansIt) {
  row("operator", "an external agent's input that its description calls shellsafe",
      "answered invalid by the description");
  const auto agent = ddl::parse(R"({"metadata": {"name": "x", "description": "d", "author": "a",
    "license": "l", "version": "1", "url": "u", "timeout": 5}, "actions": [{"action": "a",
    "description": "d", "input": {"w": {"prompt": "p", "description": "d", "type": "string",
    "validation": "shellsafe", "maxlength": 0, "optional": false}}, "output": {}}]})",
                                "x.json");
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_TRUE(ddl::check_inputs(*agent, "a", {{"w", "plain-1.0~rc1 word"}}));
  for (const std::string text : {"a;b", "a&b", "a\nb", "$a", "`a`", "a|b", "a>b", "(a)", "~root",
                                 "'a'", "\"a\"", "a\\b", "{a}", "a*", "a?", "#a", "!a", "a\x7f"})
    EXPECT_FALSE(ddl::check_inputs(*agent, "a", {{"w", text}})) << text;
}

TEST(Injection, AMailHasNoHeadersOfAnybodyElse) {
  row("stolen node", "CR LF and Bcc: in the subject, text and id of a notification",
      "shown inside the subject");
  const std::string attack = "x\r\nBcc: spy@example.com\r\n\r\nbody";
  const auto mail = notifiers::email::format_message("m@example.com", "ops@example.com",
                                                     {attack, attack, "text", {}}, 0);
  const auto head = mail.substr(0, mail.find("\r\n\r\n"));
  EXPECT_EQ(head.find("\nBcc:"), std::string::npos);
}

TEST(Injection, AMailGoesToNobodyElse) {
  row("operator", "a target mailto: with a second address, header fields or line ends",
      "refused at start");
  for (const std::string target : {"mailto:a@x.org,b@y.org", "mailto:a@x.org?bcc=b@y.org",
                                   "mailto:a@x.org%0d%0aRCPT%20TO:<b@y.org>", "mailto:<a@x.org>"})
    EXPECT_FALSE(notifiers::email::address_of_target(target)) << target;
  EXPECT_TRUE(notifiers::email::address_of_target("mailto:a@x.org"));
}

// What terminals and viewers obey, hide, or show in another order: ESC, C1, DEL, CR, BEL, a bidirectional override, a
// line separator, a zero-width space, and a byte that is not UTF-8.
const std::string kSteering =
    "\x1b]0;owned\x07\x1b[2J\xc2\x9b"
    "31m\x7f\rok\u202e\u2028\u200b\xff";

void expect_steers_nothing(const std::string& shown) {
  for (const auto* mark :
       {"\x1b", "\x07", "\x7f", "\r", "\xc2\x9b", "\u202e", "\u2028", "\u200b", "\xff"})
    EXPECT_EQ(shown.find(mark), std::string::npos) << shown;
}

TEST(Injection, AChatMessageIsText) {
  row("stolen node", "control characters and broken UTF-8 in a chat message", "shown escaped");
  expect_steers_nothing(base::printable(kSteering));
}

TEST(Injection, ATerminalIsNotSteered) {
  row("stolen node", "escape sequences, bidirectional marks and separators in what a node answers",
      "shown as \\x1b");
  expect_steers_nothing(base::one_line(kSteering));
  EXPECT_EQ(base::one_line("a\nProvisioned: all\n"), "a Provisioned: all");
}

TEST(Injection, JsonSteersNoTerminal) {
  row("stolen node", "the same in a value that --json shows", "shown as \\u009b, the value stays");
  const auto text = base::json_text({{"x",
                                      "\xc2\x9b"
                                      "31m\x7f\u202e\u2028"}});
  expect_steers_nothing(text);
  EXPECT_EQ(Value::parse(text).at("x"),
            "\xc2\x9b"
            "31m\x7f\u202e\u2028");
}

TEST(Injection, AnErrorIsNotSteered) {
  row("operator", "escape sequences in a name that an error quotes", "shown as \\x1b");
  const auto shown = base::quoted("\x1b[31m\n' or 'x\\");
  for (const char c : shown) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20) << shown;
  EXPECT_LT(base::quoted(std::string(64 * 1024, 'x')).size(), 100U);
}

TEST(Injection, ALogLineIsOneLine) {
  row("stolen node", "line ends, a forged entry and escape sequences in a name that is logged",
      "one line in the log");
  testing::internal::CaptureStderr();
  log::start("attack", log::Level::info);
  log::warning("a node says " + kSteering,
               {{"name", "n1\n2026-01-01T00:00:00.000Z warning all is well" + kSteering}});
  const auto logged = testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(logged.begin(), logged.end(), '\n'), 1) << logged;
  expect_steers_nothing(logged);
}

TEST(Injection, AHostsFileGetsNoLinesOfAnybodyElse) {
  row("stolen orchestrator", "line ends, comments and spaces in names for /etc/hosts",
      "answered invalid");
  using plugins::provision::check_entries;
  EXPECT_TRUE(check_entries({{"192.0.2.1", {"puppet"}}}));
  for (const std::string name : {"puppet\n10.0.0.1 bank", "puppet bank", "puppet#", "", "a/b", "*"})
    EXPECT_FALSE(check_entries({{"192.0.2.1", {name}}})) << name;
  EXPECT_FALSE(check_entries({{"192.0.2.1 bank\n10.0.0.1", {"puppet"}}}));
}

TEST(Injection, NoNameIsAPath) {
  row("holder of a join token", "names with '/', '..', NUL, spaces, line ends and 64 KiB",
      "refused: the name is quoted");
  for (const std::string& name :
       {std::string("../etc/passwd"), std::string("a/b"), std::string(".."), std::string("."),
        std::string("a\0b", 3), std::string("a b"), std::string("a\n"), std::string("+"),
        std::string("#"), std::string("-rf"), std::string(), std::string(64 * 1024, 'a'),
        std::string("n\xd0\xb0me"), std::string("NAME")})
    EXPECT_FALSE(base::check_identity(name)) << base::quoted(name);
}

}  // namespace
}  // namespace muster::attack
