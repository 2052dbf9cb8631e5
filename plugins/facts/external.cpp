#include "plugins/facts/external.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plugins/facts/text.hpp"
#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::facts {
namespace {

// What editors and package managers leave behind is nobody's fact.
bool is_leftover(const std::filesystem::path& file) {
  const auto name = file.filename().string();
  const auto ends = [&](std::string_view suffix) { return name.ends_with(suffix); };
  return name.starts_with('.') || ends("~") || ends(".bak") || ends(".orig") || ends(".swp") ||
         ends(".dpkg-old") || ends(".dpkg-new") || ends(".dpkg-dist");
}

// The files of a folder by name. A folder that is not there has none.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (std::error_code ignored; entry.is_regular_file(ignored) && !is_leftover(entry.path()))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

ParsedFacts broken(Error why) {
  return {Value::object(), fail(std::move(why)), ""};
}

}  // namespace

ExternalFacts::ExternalFacts(std::vector<std::filesystem::path> folders,
                             std::chrono::milliseconds timeout, Programs programs)
    : folders_(std::move(folders)),
      timeout_(timeout),
      programs_(programs),
      cancel_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void ExternalFacts::stop() {
  stopping_ = true;
  ::eventfd_write(cancel_.get(), 1);
}

ParsedFacts ExternalFacts::read(const std::filesystem::path& file) const {
  // Policies and filters decide by facts, and a program of them runs as we do.
  if (auto ours = base::check_guard(file, base::Guard::program); !ours) return broken(ours.error());
  const auto extension = lower(file.extension().string());
  const bool yaml = extension == ".yaml" || extension == ".yml";
  if (!yaml && extension != ".json" && extension != ".txt") {
    if (::access(file.c_str(), X_OK) == 0) return run(file);
    return broken(
        {Errc::config,
         fmt::format("{}: neither .yaml, .json, .txt nor executable; left out", file.string())});
  }
  const auto text = base::read_file(file, kExternalMaxBytes);
  if (!text) return broken(text.error());
  if (yaml) return parse_yaml(*text, file.string());
  return extension == ".json" ? parse_json(*text, file.string())
                              : parse_key_values(*text, file.string());
}

ParsedFacts ExternalFacts::run(const std::filesystem::path& file) const {
  if (programs_ == Programs::left_out) return {};
  base::ChildSpec spec;
  spec.argv = {file.string()};
  spec.timeout = timeout_;
  spec.cancel_fd = cancel_.get();
  spec.output_max_bytes = kExternalMaxBytes;
  const auto result = base::run_child(spec);
  if (!result) return broken(result.error().within(file.string()));
  if (result->dropped_bytes > 0)
    return broken({Errc::limit, fmt::format("{}: printed more than the limit of {} bytes",
                                            file.string(), kExternalMaxBytes)});
  auto parsed = parse_printed(result->out, file.string());
  // Facter logs as a warning what a program complains of, though it ends well.
  if (const auto complaint = trimmed(result->err); !complaint.empty() && parsed.doubt.empty())
    parsed.doubt = fmt::format("{}: it says {}", file.string(), base::quoted(complaint));
  // What it printed before it failed counts, as with Facter.
  if (result->exit_code != 0)
    parsed.status =
        fail(Errc::aborted, fmt::format("{}: ended with exit code {}: {}", file.string(),
                                        result->exit_code, base::quoted(trimmed(result->err))));
  return parsed;
}

void ExternalFacts::take(const std::filesystem::path& file, Source& source, ParsedFacts parsed) {
  // Of what broke, what could still be read is newer than what is remembered.
  if (parsed.status)
    source.good = std::move(parsed.facts);
  else
    source.good.update(parsed.facts);
  auto message = parsed.status ? parsed.doubt : parsed.status.error().message;
  if (message == source.warned || programs_ == Programs::left_out) return;
  if (message.empty())
    log::info("external facts are well again", {{"file", file.string()}});
  else if (parsed.status)
    log::warning("external facts are doubtful: " + message);
  else
    log::warning("external facts are broken: " + message,
                 {{"kept", fmt::format("{} facts", source.good.size())}});
  source.warned = std::move(message);
}

Value ExternalFacts::collect() {
  Value facts = Value::object();
  std::map<std::filesystem::path, Source> present;
  for (const auto& folder : folders_) {
    auto files = files_in(folder);
    if (files.size() > kExternalFilesMax) {
      auto& warned = folder_warnings_[folder];
      const auto message =
          fmt::format("{} holds {} files of facts; the limit is {}, the rest is left out",
                      folder.string(), files.size(), kExternalFilesMax);
      if (warned != message && programs_ == Programs::run) log::warning(message);
      warned = message;
      files.resize(kExternalFilesMax);
    }
    for (const auto& file : files) {
      auto& source = present[file] = std::move(sources_[file]);
      // What was stopped half way says nothing.
      if (auto parsed = stopping_ ? ParsedFacts{} : read(file); !stopping_)
        take(file, source, std::move(parsed));
      facts.update(source.good);
    }
  }
  sources_ = std::move(present);
  return facts;
}

}  // namespace muster::facts
