#include "plugins/facts/external.hpp"

#include <fmt/format.h>
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

Value with_lower_names(const Value& map) {
  Value out = Value::object();
  for (const auto& [name, value] : map.items()) out[lower(name)] = value;
  return out;
}

}  // namespace

ParsedFacts parse_key_values(std::string_view text, std::string_view name) {
  ParsedFacts parsed;
  std::size_t number = 0;
  for_each_line(text, [&](std::string_view raw) {
    ++number;
    const auto line = trimmed(raw);
    if (line.empty() || line.starts_with('#')) return;
    const auto equals = line.find('=');
    const auto key = trimmed(line.substr(0, equals));
    if (equals != std::string_view::npos && !key.empty())
      parsed.facts[lower(key)] = std::string(trimmed(line.substr(equals + 1)));
    else if (parsed.status)
      parsed.status = fail(Errc::invalid_data, fmt::format("{}:{}: {} is no key=value", name,
                                                           number, base::quoted(line)));
  });
  return parsed;
}

ParsedFacts parse_structured(std::string_view text, std::string_view name) {
  ParsedFacts parsed;
  auto value = base::yaml_to_value(text, name);
  if (!value)
    parsed.status = fail(std::move(value).error());
  else if (value->is_object())
    parsed.facts = with_lower_names(*value);
  else if (!value->is_null())
    parsed.status = fail(Errc::invalid_data, fmt::format("{}:1: must hold a map of facts, not {}",
                                                         name, value->type_name()));
  return parsed;
}

ParsedFacts parse_printed(std::string_view text, std::string_view name) {
  const auto start = trimmed(text);
  const bool marked = start.starts_with('{') || start.starts_with("---");
  auto structured = parse_structured(text, name);
  if (marked || (structured.status && !structured.facts.empty())) return structured;
  return parse_key_values(text, name);
}

ParsedFacts ExternalFacts::read(const std::filesystem::path& file) const {
  // Policies and filters decide by facts, and a program of them runs as we do.
  if (auto ours = base::check_guard(file, base::Guard::program); !ours)
    return {Value::object(), fail(ours.error())};
  const auto extension = lower(file.extension().string());
  const bool structured = extension == ".yaml" || extension == ".yml" || extension == ".json";
  if (!structured && extension != ".txt") {
    if (::access(file.c_str(), X_OK) == 0) return run(file);
    return {
        Value::object(),
        fail(Errc::config, fmt::format("{}: neither .yaml, .json, .txt nor executable; left out",
                                       file.string()))};
  }
  const auto text = base::read_file(file, kExternalMaxBytes);
  if (!text) return {Value::object(), fail(text.error())};
  return structured ? parse_structured(*text, file.string())
                    : parse_key_values(*text, file.string());
}

ParsedFacts ExternalFacts::run(const std::filesystem::path& file) const {
  base::ChildSpec spec;
  spec.argv = {file.string()};
  spec.timeout = timeout_;
  spec.output_max_bytes = kExternalMaxBytes;
  const auto result = base::run_child(spec);
  if (!result) return {Value::object(), fail(result.error().within(file.string()))};
  if (result->exit_code != 0)
    return {Value::object(), fail(Errc::aborted, fmt::format("{}: ended with exit code {}: {}",
                                                             file.string(), result->exit_code,
                                                             base::quoted(trimmed(result->err))))};
  if (result->dropped_bytes > 0)
    return {Value::object(),
            fail(Errc::limit, fmt::format("{}: printed more than the limit of {} bytes",
                                          file.string(), kExternalMaxBytes))};
  return parse_printed(result->out, file.string());
}

void ExternalFacts::settle(const std::filesystem::path& file, Source& source, ParsedFacts parsed) {
  if (parsed.status) {
    if (!source.warned.empty())
      log::info("external facts are well again", {{"file", file.string()}});
    source.warned.clear();
    source.good = std::move(parsed.facts);
    return;
  }
  // What could still be read is newer than what is remembered.
  source.good.update(parsed.facts);
  const auto& message = parsed.status.error().message;
  if (source.warned == message) return;
  log::warning("external facts are broken: " + message,
               {{"kept", fmt::format("{} facts", source.good.size())}});
  source.warned = message;
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
      if (warned != message) log::warning(message);
      warned = message;
      files.resize(kExternalFilesMax);
    }
    for (const auto& file : files) {
      auto& source = present[file] = std::move(sources_[file]);
      if (!stopping_) settle(file, source, read(file));
      facts.update(source.good);
    }
  }
  sources_ = std::move(present);
  return facts;
}

}  // namespace muster::facts
