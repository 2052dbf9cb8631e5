#include "proto/security/claims.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace muster::security {

ClaimReader::ClaimReader(const Value& claims) : claims_(claims) {
  if (!claims.is_object()) status_ = fail(Errc::invalid_data, "the token's payload is not a map");
}

void ClaimReader::complain(const char* name, std::string_view problem) {
  if (status_) status_ = fail(Errc::invalid_data, fmt::format("claim '{}' {}", name, problem));
}

const Value* ClaimReader::find(const char* name) {
  if (!status_) return nullptr;
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

}  // namespace muster::security
