// External facts, as Facter reads them: .yaml, .json and .txt (key=value) files, and executables
// that print one of these.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plugins/facts/external_text.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/base/value.hpp"

namespace muster::facts {

inline constexpr std::size_t kExternalFilesMax = 200;  // in one folder
inline constexpr std::size_t kExternalMaxBytes =
    256 * 1024;  // a file, or what an executable prints

// Keeps each file's last good facts: a file that breaks is warned of once, with file and line, and
// loses nothing; so is one whose facts are used but odd. One that is removed takes its facts with it.
// Not thread-safe but for stop().
class ExternalFacts {
 public:
  // `left_out`: neither are programs started nor anything logged, for a first look that must not wait.
  enum class Programs { run, left_out };
  ExternalFacts(std::vector<std::filesystem::path> folders, std::chrono::milliseconds timeout,
                Programs programs = Programs::run);

  // Folders in order, in each by file name; the later wins.
  Value collect();

  // No executable is started any more, and one that runs is killed. From any thread.
  void stop();

 private:
  struct Source {
    Value good = Value::object();
    std::string warned;  // the last warning, "" while all is well
  };

  ParsedFacts read(const std::filesystem::path& file) const;
  ParsedFacts run(const std::filesystem::path& file) const;
  void take(const std::filesystem::path& file, Source& source, ParsedFacts parsed);

  const std::vector<std::filesystem::path> folders_;
  const std::chrono::milliseconds timeout_;
  const Programs programs_;
  const base::UniqueFd cancel_;  // readable once stopped
  std::map<std::filesystem::path, Source> sources_;
  std::map<std::filesystem::path, std::string> folder_warnings_;
  std::atomic<bool> stopping_{false};
};

}  // namespace muster::facts
