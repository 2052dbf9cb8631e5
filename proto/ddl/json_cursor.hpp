// A place in a JSON document that knows its file and path, so that every complaint names both.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::ddl {

// Borrows the document. Getters of a key that is absent or of another type are errors, except the
// `_or` ones, which take a default for an absent key.
class JsonCursor {
 public:
  // `warnings` gets what warn() is told; it may be null, and must outlive this and its children.
  JsonCursor(const Value& value, std::string_view file, std::string path,
             std::vector<std::string>* warnings = nullptr)
      : value_(value), file_(file), path_(std::move(path)), warnings_(warnings) {}

  const Value& value() const { return value_; }
  // As Go reads it, null is absent.
  bool has(const char* key) const {
    return value_.is_object() && value_.contains(key) && !value_.at(key).is_null();
  }

  // "FILE: /actions/2/input: MESSAGE", Errc::invalid_data.
  tl::unexpected<Error> error(std::string_view message) const;

  // The same text, for what is odd but no error.
  void warn(std::string_view message) const;

  Status is_map() const;
  // A map that has no other keys than these.
  Status only_keys(const std::vector<std::string>& known) const;

  Result<JsonCursor> map(const char* key) const;
  Result<JsonCursor> map_or_null(
      const char* key) const;  // null, as Go writes an empty one, is empty
  Result<std::vector<JsonCursor>> list(const char* key) const;
  // Every item of this array.
  Result<std::vector<JsonCursor>> items() const;
  // Every entry of this map.
  std::vector<std::pair<std::string, JsonCursor>> entries() const;

  Result<std::string> string(const char* key) const;
  Result<std::string> text(const char* key) const;  // not empty
  Result<std::string> text_or(const char* key, std::string otherwise) const;
  Result<bool> boolean(const char* key) const;
  Result<bool> boolean_or(const char* key, bool otherwise) const;
  Result<std::int64_t> integer(const char* key, std::int64_t least,
                               std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
  Value any(const char* key) const;  // null when absent

 private:
  Result<JsonCursor> at(const char* key) const;
  JsonCursor child(const std::string& key, const Value& value) const;

  const Value& value_;
  std::string_view file_;
  std::string path_;
  std::vector<std::string>* warnings_;
};

}  // namespace muster::ddl
