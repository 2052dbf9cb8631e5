#include <fmt/format.h>
#include <re2/re2.h>

#include "proto/base/names.hpp"
#include "proto/ddl/parsers.hpp"

namespace muster::ddl {

const std::vector<std::string>& metadata_keys() {
  static const std::vector<std::string> keys{"name",    "description", "author",  "license",
                                             "version", "url",         "timeout", "provider"};
  return keys;
}

Status read_metadata(const JsonCursor& at, std::string_view kind, Metadata& metadata) {
  MUSTER_ASSIGN(metadata.name, at.text("name"));
  if (auto word = base::check_word(fmt::format("{} name", kind), metadata.name); !word)
    return at.error(word.error().message);
  MUSTER_ASSIGN(metadata.description, at.text("description"));
  MUSTER_ASSIGN(metadata.author, at.text("author"));
  MUSTER_ASSIGN(metadata.license, at.text("license"));
  MUSTER_ASSIGN(metadata.version, at.text("version"));
  static const RE2 kVersion(R"((\d+\.)?(\d+\.)?(\*|\d+))");  // the schema's own pattern
  if (!RE2::FullMatch(metadata.version, kVersion))
    return at.error(fmt::format("version {} is not like 1.2.3", base::quoted(metadata.version)));
  MUSTER_ASSIGN(metadata.url, at.text("url"));
  constexpr std::int64_t kLeastTimeoutSeconds = 2;  // the schema's
  MUSTER_ASSIGN(const auto seconds,
                at.integer("timeout", kLeastTimeoutSeconds, kTimeoutMaxSeconds));
  metadata.timeout = std::chrono::seconds(seconds);
  MUSTER_ASSIGN(metadata.provider, at.text_or("provider", ""));
  return {};
}

}  // namespace muster::ddl
