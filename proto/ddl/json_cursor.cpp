#include "proto/ddl/json_cursor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::ddl {

tl::unexpected<Error> JsonCursor::error(std::string_view message) const {
  return fail(Errc::invalid_data,
              fmt::format("{}: {}: {}", file_, path_.empty() ? "/" : path_, message));
}

void JsonCursor::warn(std::string_view message) const {
  if (warnings_ != nullptr) warnings_->push_back(error(message).value().message);
}

JsonCursor JsonCursor::child(const std::string& key, const Value& value) const {
  return JsonCursor(value, file_, path_ + "/" + key, warnings_);
}

Status JsonCursor::is_map() const {
  if (!value_.is_object())
    return error(fmt::format("must be an object, not {}", value_.type_name()));
  return {};
}

Status JsonCursor::only_keys(const std::vector<std::string>& known) const {
  MUSTER_TRY(is_map());
  for (const auto& [key, unused] : value_.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end())
      return error(fmt::format("unknown key {}{}", base::quoted(key), base::hint_for(key, known)));
  }
  return {};
}

Result<JsonCursor> JsonCursor::at(const char* key) const {
  MUSTER_TRY(is_map());
  const auto found = value_.find(key);
  if (found == value_.end()) return error(fmt::format("'{}' is missing", key));
  return child(key, *found);
}

Result<JsonCursor> JsonCursor::map(const char* key) const {
  MUSTER_ASSIGN(auto found, at(key));
  MUSTER_TRY(found.is_map());
  return found;
}

Result<JsonCursor> JsonCursor::map_or_null(const char* key) const {
  static const Value kEmpty = Value::object();
  MUSTER_ASSIGN(auto found, at(key));
  if (found.value().is_null()) return child(key, kEmpty);
  MUSTER_TRY(found.is_map());
  return found;
}

Result<std::vector<JsonCursor>> JsonCursor::list(const char* key) const {
  MUSTER_ASSIGN(auto found, at(key));
  return found.items();
}

Result<std::vector<JsonCursor>> JsonCursor::items() const {
  if (!value_.is_array()) return error(fmt::format("must be an array, not {}", value_.type_name()));
  std::vector<JsonCursor> items;
  for (const auto& item : value_) items.push_back(child(std::to_string(items.size()), item));
  return items;
}

std::vector<std::pair<std::string, JsonCursor>> JsonCursor::entries() const {
  std::vector<std::pair<std::string, JsonCursor>> out;
  for (const auto& [key, value] : value_.items()) out.emplace_back(key, child(key, value));
  return out;
}

Result<std::string> JsonCursor::string(const char* key) const {
  MUSTER_ASSIGN(auto found, at(key));
  if (!found.value().is_string()) return found.error("must be a string");
  return found.value().get<std::string>();
}

Result<std::string> JsonCursor::text(const char* key) const {
  MUSTER_ASSIGN(auto found, at(key));
  if (!found.value().is_string() || found.value().get_ref<const std::string&>().empty())
    return found.error("must be a string that is not empty");
  return found.value().get<std::string>();
}

Result<std::string> JsonCursor::text_or(const char* key, std::string otherwise) const {
  if (!has(key)) return otherwise;
  return text(key);
}

Result<bool> JsonCursor::boolean(const char* key) const {
  MUSTER_ASSIGN(auto found, at(key));
  if (!found.value().is_boolean()) return found.error("must be true or false");
  return found.value().get<bool>();
}

Result<bool> JsonCursor::boolean_or(const char* key, bool otherwise) const {
  if (!has(key)) return otherwise;
  return boolean(key);
}

Result<std::int64_t> JsonCursor::integer(const char* key, std::int64_t least,
                                         std::int64_t most) const {
  MUSTER_ASSIGN(auto found, at(key));
  const auto& value = found.value();
  // get() would make a negative number of what only fits without a sign.
  const bool fits = value.is_number_integer() &&
                    (!value.is_number_unsigned() ||
                     value.get<std::uint64_t>() <= static_cast<std::uint64_t>(most)) &&
                    value.get<std::int64_t>() >= least && value.get<std::int64_t>() <= most;
  if (fits) return value.get<std::int64_t>();
  const bool bounded = most != std::numeric_limits<std::int64_t>::max();
  return found.error(fmt::format("must be an integer of at least {}{}", least,
                                 bounded ? fmt::format(" and at most {}", most) : ""));
}

Value JsonCursor::any(const char* key) const {
  return has(key) ? value_.at(key) : Value(nullptr);
}

}  // namespace muster::ddl
