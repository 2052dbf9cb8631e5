// Commands and their options. CLI11 does the work, behind this: its headers cost ten seconds a file.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace muster::cli {

// One option or positional word. A handle: copies mean the same option.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  Option& required();
  Option& type(const std::string& name);  // how --help calls its value: FILE, NODE
  Option& group(const std::string& title);
  Option& range(int least, int most);  // both included
  Option& range(double least, double most);
  // A time in seconds, typed as times.hpp has it: 500ms, 90s, 1h30m, or seconds alone. Both ends are
  // included. `whole`: for values that are whole seconds.
  Option& time(double least, double most, bool whole = false);
  Option& shows_default();  // the value it has now
  Option& one_word_each();  // a list, one word an occurrence: what follows may be a positional

 private:
  CLI::Option* option_;
};

// A command. A handle: copies mean the same command.
class Command {
 public:
  explicit Command(CLI::App* app) : app_(app) {}

  // `names` as "-t,--timeout", or "node" for a positional word; the value goes into `into`, which
  // must live until the command line is parsed. T: std::string, std::filesystem::path, a
  // std::vector of strings, int, unsigned, std::uint16_t, std::size_t, double, or an optional
  // size_t or double.
  template <class T>
  Option option(const std::string& names, T& into, const std::string& help);
  Option flag(const std::string& names, bool& into, const std::string& help);

  CLI::App& app() const { return *app_; }

 private:
  CLI::App* app_;
};

// The words of a command line as CLI11's parse() takes them: without the program, the last one first.
// It would take "[a,b]" for a list and leave the brackets out, a test of the shell's too: such words
// bear a mark here, which options and positionals take off. "help ping" is "ping --help".
std::vector<std::string> whole_words(int argc, const char* const* argv);
std::string without_marks(std::string text);

}  // namespace muster::cli
