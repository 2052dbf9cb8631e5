// Versions compared as versions: 6.9 comes before 6.18.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "proto/base/value.hpp"
#include "proto/filter/comparison.hpp"

namespace muster::filter {

enum class VersionRule {
  dotted,  // semver.org, 2.0: parts by number, "1.0.0-rc.1" before "1.0.0", "+build" does not count. Any number of
           // parts, those that are absent are 0, and a "v" in front does not count
  debian   // deb-version(7), as dpkg compares: [epoch:]upstream[-revision]
};

// Whether it begins as a version does: with a digit.
bool is_version(VersionRule rule, std::string_view text);

// Nothing when either is no version.
std::optional<std::strong_ordering> compare_versions(VersionRule rule, std::string_view left,
                                                     std::string_view right);

// A fact, or a field of a data plugin: no when it is no version. Of a list any element is enough. `version` is one.
bool compares_as_version(VersionRule rule, const Value& value, Operator op,
                         std::string_view version);
// "version", "deb_version".
std::string_view function_of(VersionRule rule);

}  // namespace muster::filter
