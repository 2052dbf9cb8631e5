// Values as text, and a DDL's format filled with them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "proto/base/value.hpp"

namespace muster::aggregates {

// A string as it is, anything else as JSON on one line; cut to kValueShownMax characters.
std::string text_of(const Value& value);

// Code points.
std::size_t width(std::string_view text);

using Argument = std::variant<std::string, std::int64_t, double>;

// `format` has passed ddl::parse_format(). %d of a float is rounded; %d and %f of text that is no
// number show the text. Directives without an argument show nothing.
std::string filled(std::string_view format, const std::vector<Argument>& arguments);

}  // namespace muster::aggregates
