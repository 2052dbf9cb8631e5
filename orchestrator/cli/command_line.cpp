#include "orchestrator/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <type_traits>
#include <vector>

namespace muster::cli {
namespace {

constexpr char kMark = '\x01';  // no shell passes it on by chance

template <class T>
struct IsUnsigned : std::is_unsigned<T> {};
template <class T>
struct IsUnsigned<std::optional<T>> : std::is_unsigned<T> {};

// The library takes -1 for the largest number there is.
std::string not_negative(const std::string& word) {
  return word.starts_with('-') ? word + " is negative" : "";
}

}  // namespace

std::vector<std::string> whole_words(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  for (auto& word : words)
    if (word.ends_with(']')) word += kMark;
  // As MCollective's `mco help ping`.
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  std::reverse(words.begin(), words.end());
  return words;
}

std::string without_marks(std::string text) {
  std::erase(text, kMark);
  return text;
}

Option& Option::required() {
  option_->required();
  return *this;
}

Option& Option::type(const std::string& name) {
  option_->type_name(name);
  return *this;
}

Option& Option::group(const std::string& title) {
  option_->group(title);
  return *this;
}

Option& Option::range(int least, int most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

Option& Option::range(double least, double most) {
  option_->check(CLI::Range(least, most));
  option_->check([](const std::string& word) {
    return std::isnan(std::strtod(word.c_str(), nullptr)) ? word + " is no number" : "";
  });
  return *this;
}

Option& Option::shows_default() {
  option_->capture_default_str();
  return *this;
}

Option& Option::one_word_each() {
  // Lists take what follows them too, unless they are told not to.
  option_->expected(1)->allow_extra_args(false)->multi_option_policy(
      CLI::MultiOptionPolicy::TakeAll);
  return *this;
}

template <class T>
Option Command::option(const std::string& names, T& into, const std::string& help) {
  auto* option = app_->add_option(names, into, help);
  if constexpr (IsUnsigned<T>::value) option->check(not_negative);
  option->transform(without_marks);
  return Option(option);
}

Option Command::flag(const std::string& names, bool& into, const std::string& help) {
  return Option(app_->add_flag(names, into, help));
}

template Option Command::option(const std::string&, std::string&, const std::string&);
template Option Command::option(const std::string&, std::filesystem::path&, const std::string&);
template Option Command::option(const std::string&, std::vector<std::string>&, const std::string&);
template Option Command::option(const std::string&, int&, const std::string&);
template Option Command::option(const std::string&, unsigned&, const std::string&);
template Option Command::option(const std::string&, unsigned short&, const std::string&);
template Option Command::option(const std::string&, std::size_t&, const std::string&);
template Option Command::option(const std::string&, double&, const std::string&);
template Option Command::option(const std::string&, std::optional<double>&, const std::string&);
template Option Command::option(const std::string&, std::optional<std::size_t>&,
                                const std::string&);

}  // namespace muster::cli
