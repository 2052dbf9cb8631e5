#include "tests/integration/cli/secrets.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace muster::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShortest = 12;
constexpr std::string_view kBegin = "PRIVATE KEY-----";
// Of the first line most is the same in all keys of a kind; the second one holds the most of the private part.
constexpr std::size_t kLineCharacters = 64;

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && !entry.is_symlink()) files.push_back(entry.path());
  return files;
}

bool is_base64(char c) {
  return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '+' || c == '/' || c == '=';
}

// The second line of the key that begins at `at`, whatever separates the lines: in JSON that is "\n" as it is written.
std::string second_line(std::string_view text, std::size_t at) {
  std::string line;
  std::size_t lines = 0;
  for (auto rest = text.substr(at + kBegin.size()); !rest.empty(); rest.remove_prefix(1)) {
    if (rest.starts_with("\\n")) rest.remove_prefix(1);
    const bool of_line = is_base64(rest.front()) && text[rest.data() - text.data() - 1] != '\\';
    if (of_line) {
      line += rest.front();
      if (line.size() == kLineCharacters && ++lines == 2) return line;
      if (line.size() == kLineCharacters) line.clear();
    } else if (rest.front() == '-') {
      break;
    }
  }
  return line;
}

// Mosquitto reads its own key by its group, which 'muster broker config' gives it: root's where it runs as root.
bool is_brokers(gid_t group) {
  if (group == 0) return true;
  const auto* mosquitto = ::getpwnam("mosquitto");
  return mosquitto != nullptr && group == mosquitto->pw_gid;
}

bool others_may(const fs::path& file) {
  struct stat is {};
  if (::stat(file.c_str(), &is) != 0) return false;
  const bool by_group = (is.st_mode & S_IRWXG) != 0 && !is_brokers(is.st_gid);
  return by_group || (is.st_mode & S_IRWXO) != 0;
}

pid_t parent_of(pid_t pid) {
  std::ifstream in(fmt::format("/proc/{}/status", pid));
  for (std::string word; in >> word;)
    if (word == "PPid:") {
      pid_t parent = 0;
      in >> parent;
      return parent;
    }
  return 0;
}

}  // namespace

void Secrets::add(const std::string& what, const std::string& text) {
  if (text.size() < kShortest)
    throw std::runtime_error(what +
                             " is too short to be looked for: " + std::to_string(text.size()));
  all_[text] = what;
}

void Secrets::add_keys(const fs::path& folder) {
  for (const auto& file : files_below(folder)) {
    const auto text = content_of(file);
    for (auto at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at + 1))
      if (text.find("-----BEGIN", at < 24 ? 0 : at - 24) < at)
        add("the key of " + file.filename().string(), second_line(text, at));
  }
}

std::string Secrets::found_in(std::string_view text) const {
  std::string found;
  for (const auto& [secret, what] : all_)
    if (text.find(secret) != std::string_view::npos) found += (found.empty() ? "" : ", ") + what;
  return found;
}

std::string Secrets::in_open_files(const fs::path& folder) const {
  std::string found;
  for (const auto& file : files_below(folder)) {
    if (!others_may(file)) continue;
    if (const auto what = found_in(content_of(file)); !what.empty())
      found += fmt::format("{}: {}\n", file.string(), what);
  }
  return found;
}

std::string Secrets::in_processes(const std::vector<pid_t>& pids) const {
  std::string found;
  for (const auto pid : pids)
    for (const auto* of : {"cmdline", "environ"}) {
      const auto file = fmt::format("/proc/{}/{}", pid, of);
      if (const auto what = found_in(content_of(file)); !what.empty())
        found += fmt::format("{}: {}\n", file, what);
    }
  return found;
}

std::vector<pid_t> descendants() {
  std::vector<pid_t> all;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto name = entry.path().filename().string();
    if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
      continue;
    const auto pid = static_cast<pid_t>(std::stol(name));
    auto above = parent_of(pid);
    while (above > 1 && above != ::getpid()) above = parent_of(above);
    if (above == ::getpid()) all.push_back(pid);
  }
  return all;
}

std::string text_of_files(const fs::path& folder, const std::string& ending) {
  std::string text;
  for (const auto& file : files_below(folder))
    if (file.string().ends_with(ending)) text += content_of(file);
  return text;
}

}  // namespace muster::test
