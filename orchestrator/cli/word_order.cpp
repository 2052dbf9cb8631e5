#include "orchestrator/cli/word_order.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>

namespace muster::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

// An option's words: with its value behind it, or in it ("--timeout=3", "-t3").
struct Spelt {
  const CLI::Option* option = nullptr;  // null: unknown
  bool value_follows = false;
};

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

// "-jI": flags may stand together, and the last may take a value.
Spelt spelt_short(const CLI::App& app, const std::string& word) {
  Spelt spelt;
  for (std::size_t at = 1; at < word.size(); ++at) {
    spelt.option = app.get_option_no_throw("-" + word.substr(at, 1));
    if (spelt.option == nullptr) return {};
    if (!takes_value(*spelt.option)) continue;
    spelt.value_follows = at + 1 == word.size();
    return spelt;
  }
  return spelt;
}

Spelt spelt_in(const CLI::App& app, const std::string& word) {
  if (!word.starts_with("--")) return spelt_short(app, word);
  const auto equal = word.find('=');
  Spelt spelt{app.get_option_no_throw(word.substr(0, equal))};
  spelt.value_follows =
      spelt.option != nullptr && takes_value(*spelt.option) && equal == std::string::npos;
  return spelt;
}

// What the commands below know the word as. One name may be a flag of one and take a value of another.
struct Below {
  bool flag = false;
  bool with_value = false;
};

void look_below(const CLI::App& app, const std::string& word, Below& below) {
  for (const auto* command : commands_of(app)) {
    if (const auto spelt = spelt_in(*command, word); spelt.option != nullptr)
      (spelt.value_follows ? below.with_value : below.flag) = true;
    look_below(*command, word, below);
  }
}

const CLI::App* command_named(const CLI::App& app, const std::string& word) {
  const auto below = commands_of(app);
  const auto found = std::find_if(below.begin(), below.end(), [&](const CLI::App* command) {
    return command->check_name(word);
  });
  return found == below.end() ? nullptr : *found;
}

bool is_option(const std::string& word) {
  return word.size() > 1 && word.front() == '-' && word != "--";
}

}  // namespace

std::vector<std::string> options_behind_commands(const CLI::App& root,
                                                 std::vector<std::string> words) {
  std::vector<std::string> in_order;
  std::vector<std::string> held;
  const auto* at = &root;
  auto word = words.begin();
  while (word != words.end() && !commands_of(*at).empty()) {
    if (!is_option(*word)) {
      at = command_named(*at, *word);
      if (at == nullptr) return words;
      in_order.push_back(*word++);
      continue;
    }
    const auto spelt = spelt_in(*at, *word);
    const bool here = spelt.option != nullptr;
    Below below;
    if (!here) look_below(*at, *word, below);
    if (!here && !below.flag && !below.with_value) return words;
    auto& to = here ? in_order : held;
    to.push_back(*word++);
    if (word == words.end()) break;
    // Where both could be, what names a command is no value.
    const bool value =
        here ? spelt.value_follows
             : below.with_value && !(below.flag && command_named(*at, *word) != nullptr);
    if (value) to.push_back(*word++);
  }
  if (!commands_of(*at).empty()) return words;
  in_order.insert(in_order.end(), std::make_move_iterator(held.begin()),
                  std::make_move_iterator(held.end()));
  in_order.insert(in_order.end(), std::make_move_iterator(word),
                  std::make_move_iterator(words.end()));
  return in_order;
}

}  // namespace muster::cli
