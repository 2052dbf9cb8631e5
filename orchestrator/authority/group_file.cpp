#include "orchestrator/authority/group_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/base/text.hpp"
#include "proto/policy/groups.hpp"

namespace muster::authority {
namespace {

constexpr std::string_view kCallerPrefix = "cert=";

Result<std::string> read_groups(const std::filesystem::path& file) {
  auto text = base::read_file(file);
  if (!text && text.error().code == Errc::not_found) return std::string();
  if (!text) return fail(text.error());
  MUSTER_TRY(policy::Groups::parse(*text, file.string()));
  return text;
}

// What stands before a comment.
std::vector<std::string> words_of_line(std::string_view line) {
  return base::words_of(line.substr(0, line.find('#')));
}

}  // namespace

Status add_to_group(const std::filesystem::path& file, const std::string& group,
                    const std::string& name) {
  MUSTER_TRY(base::check_word("group", group));
  MUSTER_ASSIGN(const auto text, read_groups(file));
  const auto member = std::string(kCallerPrefix) + name;
  std::istringstream in(text);
  std::string changed;
  bool found = false;
  for (std::string line; std::getline(in, line);) {
    const auto words = words_of_line(line);
    if (!found && !words.empty() && words.front() == group) {
      found = true;
      if (std::find(words.begin(), words.end(), member) == words.end())
        line.insert(std::min(line.find('#'), line.size()), " " + member);
    }
    changed += line + "\n";
  }
  if (!found) changed += fmt::format("{} {}\n", group, member);
  MUSTER_TRY(policy::Groups::parse(changed, file.string()));
  return changed == text ? Status{} : base::write_file(file, changed);
}

Result<std::map<std::string, std::vector<std::string>>> groups_of(
    const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto text, read_groups(file));
  std::map<std::string, std::vector<std::string>> groups;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const auto words = words_of_line(line);
    for (std::size_t i = 1; i < words.size(); ++i)
      if (words[i].starts_with(kCallerPrefix))
        groups[words[i].substr(kCallerPrefix.size())].push_back(words.front());
  }
  return groups;
}

}  // namespace muster::authority
