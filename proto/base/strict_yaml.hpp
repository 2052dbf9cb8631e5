// Configuration that is read strictly: unknown keys, wrong types and values out of range are errors
// that name file, line and the nearest valid key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace YAML {
class Node;
}

namespace muster::base {

// How deep a value may be nested and how many values a document may hold, aliases counted at each
// use.
inline constexpr std::size_t kYamlMaxDepth = 64;
inline constexpr std::size_t kYamlMaxValues = 100'000;

// One map of a YAML file. Read every key you know, then call finish(): it reports what was wrong
// and the keys that nobody asked for, one line each, in the file's order (the first 10). Getters
// keep `out` unchanged when the key is absent or wrong. A key that stands twice is an error. Not
// thread-safe.
class StrictMap {
 public:
  // Errc::config for what is no map of keys; from_file also gives what read_file gives.
  static Result<StrictMap> from_file(const std::filesystem::path& path);
  static Result<StrictMap> from_text(std::string_view text, std::string name);
  ~StrictMap();
  StrictMap(StrictMap&&) noexcept;
  StrictMap& operator=(StrictMap&&) noexcept;

  void text(std::string_view key, std::string& out);
  // "$CREDENTIALS_DIRECTORY/NAME" is a credential of systemd (credentials.hpp).
  void path(std::string_view key, std::filesystem::path& out);
  void boolean(std::string_view key, bool& out);
  // Refused outside [least, most]. Of a time the key names the unit: interval_s, age_max_h.
  void integer(std::string_view key, std::int64_t& out, std::int64_t least, std::int64_t most);
  void texts(std::string_view key,
             std::vector<std::string>& out);   // a list of scalars, or one scalar
  void any(std::string_view key, Value& out);  // whatever stands there, as a Value
  bool has(std::string_view key) const;
  // A nested map: `read` gets it and needs not call finish(). Not called when the key is absent.
  void map(std::string_view key, const std::function<void(StrictMap&)>& read);
  // A list of maps, in order.
  void maps(std::string_view key, const std::function<void(StrictMap&)>& read);
  // Every key with a map below it, in the file's order: user-chosen names.
  void each(const std::function<void(const std::string& key, StrictMap&)>& read);

  // Records a problem of your own with a key's value ("file:line: message").
  void complain(std::string_view key, std::string message);
  // "file:line" of this map, for later errors.
  std::string where() const;
  std::string where(std::string_view key) const;

  // Errc::config, "file:line: …" on each line.
  Status finish();

 private:
  struct Document;
  StrictMap(std::shared_ptr<Document> document, const YAML::Node& node);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A whole YAML or JSON document as a Value (scalars typed by YAML 1.2's core schema; quoted ones
// are text). Errc::invalid_data, "name:line: …".
Result<Value> yaml_to_value(std::string_view text, std::string_view name);

}  // namespace muster::base
