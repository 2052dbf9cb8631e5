// Validators and aggregate functions that a site adds to those of Muster, as data.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::ddl {

inline constexpr std::size_t kSiteRulesMax = 1'000;  // entries of one file

// A function of our own under another name, with a format and texts of its own.
struct SiteAggregate {
  std::string function;                                      // one of aggregate_names()
  std::string format;                                        // empty: the function's own
  std::vector<std::pair<std::string, std::string>> mapping;  // shown instead of a value
};

struct SiteRules {
  std::map<std::string, std::string, std::less<>> validators;  // a regular expression (RE2) by name
  std::map<std::string, SiteAggregate, std::less<>> aggregates;
};

// "validators.yaml" and "aggregates.yaml" of these folders; an earlier folder's entry hides a later
// one's, and files that are not there are none. Errc::config, "file: …", for what is no such file, an
// expression that RE2 does not take, or a name that Muster has itself.
Result<SiteRules> read_site_rules(const std::vector<std::filesystem::path>& folders);

// The rules that checks and summaries use from now on. Thread-safe.
void use_site_rules(SiteRules rules);
// Never null.
std::shared_ptr<const SiteRules> site_rules();

}  // namespace muster::ddl
