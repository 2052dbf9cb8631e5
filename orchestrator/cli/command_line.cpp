#include "orchestrator/cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <type_traits>
#include <vector>

#include "orchestrator/cli/times.hpp"

namespace muster::cli {
namespace {

constexpr const char* kTimeType = "TIME";
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
  return range(static_cast<double>(least), static_cast<double>(most));
}

Option& Option::range(double least, double most) {
  option_->check([least, most](const std::string& word) -> std::string {
    char* end = nullptr;
    const double number = std::strtod(word.c_str(), &end);
    if (end == word.c_str() || *end != '\0' || std::isnan(number)) return word + " is no number";
    if (number >= least && number <= most) return "";
    return fmt::format("must be from {:.10g} to {:.10g}, not {}", least, most, word);
  });
  return *this;
}

Option& Option::time(double least, double most, bool whole) {
  option_->type_name(kTimeType);
  option_->transform(CLI::Validator(
      [=](std::string& word) -> std::string {
        const auto seconds = parse_seconds(without_marks(word));
        if (!seconds) return seconds.error().message;
        if (*seconds < least || *seconds > most)
          return fmt::format("must be from {} to {}, not {}", seconds_text(least),
                             seconds_text(most), word);
        if (whole && *seconds != std::floor(*seconds))
          return fmt::format("must be whole seconds, not {}", word);
        word = fmt::format("{:.10g}", *seconds);
        return "";
      },
      ""));
  return *this;
}

Option& Option::shows_default() {
  option_->capture_default_str();
  if (option_->get_type_name() == kTimeType)
    if (const auto seconds = parse_seconds(option_->get_default_str()))
      option_->default_str(seconds_text(*seconds));
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
