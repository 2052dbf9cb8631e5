// What nobody else may see of an installation, and the places where it might stand.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace muster::test {

// Private keys, passwords, and what else is secret. Not thread-safe.
class Secrets {
 public:
  // `what`: for messages. `text` is looked for as it is: at least 12 bytes, or it would be found by chance.
  void add(const std::string& what, const std::string& text);
  // Of every file below `folder` that holds a private key in PEM form, alone or in a JSON document.
  void add_keys(const std::filesystem::path& folder);
  std::size_t size() const { return all_.size(); }

  // Which of them stand in `text`: what they are, joined by commas; empty: none.
  std::string found_in(std::string_view text) const;
  // Files below `folder` that others than their owner may read or write and in which one stands: "FILE: WHAT", a line each.
  std::string in_open_files(const std::filesystem::path& folder) const;
  // The same of arguments and environment of the processes.
  std::string in_processes(const std::vector<pid_t>& pids) const;

 private:
  std::map<std::string, std::string> all_;  // text, what
};

// This process's children, theirs and so on, as they are now.
std::vector<pid_t> descendants();

// All that files below `folder` with that ending hold, joined.
std::string text_of_files(const std::filesystem::path& folder, const std::string& ending);

}  // namespace muster::test
