#include "proto/security/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/names.hpp"

namespace muster::security {

ClaimReader::ClaimReader(const Value& claims) : claims_(claims) {
  if (!claims.is_object()) status_ = fail(Errc::invalid_data, "not a map of claims");
}

void ClaimReader::complain(const char* name, std::string_view problem) {
  if (status_) status_ = fail(Errc::invalid_data, fmt::format("'{}' {}", name, problem));
}

bool ClaimReader::has(const char* name) const {
  return status_ && claims_.contains(name);
}

const Value* ClaimReader::find(const char* name) {
  if (!status_) return nullptr;
  known_.insert(name);
  const auto found = claims_.find(name);
  if (found != claims_.end()) return &*found;
  complain(name, "is missing");
  return nullptr;
}

std::string ClaimReader::text(const char* name, std::size_t max_bytes) {
  const auto* value = find(name);
  if (value == nullptr) return {};
  if (!value->is_string())
    complain(name, "must be a text");
  else if (value->get_ref<const std::string&>().size() > max_bytes)
    complain(name, fmt::format("is longer than {} bytes", max_bytes));
  else
    return value->get<std::string>();
  return {};
}

std::vector<std::string> ClaimReader::texts(const char* name, std::size_t most) {
  const auto* value = find(name);
  if (value == nullptr) return {};
  const bool fits =
      value->is_array() && !value->empty() && value->size() <= most &&
      std::all_of(value->begin(), value->end(), [](const Value& item) { return item.is_string(); });
  if (fits) return value->get<std::vector<std::string>>();
  complain(name, fmt::format("must be a list of 1 to {} texts", most));
  return {};
}

bool ClaimReader::boolean(const char* name) {
  const auto* value = find(name);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  complain(name, "must be true or false");
  return false;
}

std::int64_t ClaimReader::integer(const char* name, std::int64_t least, std::int64_t most) {
  const auto* value = find(name);
  if (value == nullptr) return least;
  // What exceeds the signed range would come out negative, and so below `least`.
  const auto number = value->is_number_integer() ? value->get<std::int64_t>() : least - 1;
  if (number >= least && number <= most) return number;
  complain(name, fmt::format("must be a whole number from {} to {}", least, most));
  return least;
}

std::map<std::string, std::string> ClaimReader::map_of_texts(const char* name, std::size_t most) {
  const auto* value = find(name);
  if (value == nullptr) return {};
  const bool fits =
      value->is_object() && !value->empty() && value->size() <= most &&
      std::all_of(value->begin(), value->end(), [](const Value& item) { return item.is_string(); });
  if (fits) return value->get<std::map<std::string, std::string>>();
  complain(name, fmt::format("must be a map of 1 to {} texts", most));
  return {};
}

Value ClaimReader::member_of(const char* name, const char* member) {
  const auto* value = find(name);
  if (value == nullptr) return {};
  if (value->is_object() && value->size() == 1 && value->contains(member)) return value->at(member);
  complain(name, fmt::format("must be a map with '{}' and nothing else", member));
  return {};
}

Status ClaimReader::finish() {
  if (!status_) return status_;
  for (const auto& [name, value] : claims_.items())
    if (known_.count(name) == 0)
      return fail(Errc::invalid_data,
                  fmt::format("claim {} is unknown; it might restrict the token, so that the token "
                              "is not accepted without knowing what it means",
                              base::quoted(name)));
  return {};
}

}  // namespace muster::security
