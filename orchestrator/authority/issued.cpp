#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/authority/line_file.hpp"
#include "orchestrator/authority/tokens.hpp"
#include "proto/base/files.hpp"
#include "proto/base/json_document.hpp"

namespace muster::authority {
namespace {

constexpr std::string_view kListSuffix = ".tokens";
constexpr base::JsonLimits kLineLimits{64 * 1024, 3};

std::string line_of(const IssuedToken& token) {
  const Value line = {{"id", token.id},
                      {"identities", token.identities},
                      {"master", token.master},
                      {"replace", token.replace},
                      {"uses", token.uses},
                      {"issued_at_ms", token.issued_at_ms},
                      {"expires_at_ms", token.expires_at_ms}};
  return line.dump();
}

Result<IssuedToken> read_line(std::string_view text, const std::string& name) {
  MUSTER_ASSIGN(const auto line, base::read_json(text, name, kLineLimits));
  try {
    return IssuedToken{line.at("id"),           {},
                       line.at("identities"),   line.at("master"),
                       line.at("replace"),      line.at("uses"),
                       line.at("issued_at_ms"), line.at("expires_at_ms")};
  } catch (const Value::exception& wrong) {
    return fail(Errc::invalid_data, fmt::format("{}: {}", name, wrong.what()));
  }
}

Status read_list(const std::filesystem::path& file, std::vector<IssuedToken>& tokens) {
  MUSTER_ASSIGN(const auto text, base::read_file(file, kIssuedListMaxBytes));
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    MUSTER_ASSIGN(auto token, read_line(std::string_view(text).substr(at, end - at),
                                        fmt::format("{}:{}", file.string(), ++number)));
    token.issuer = file.stem().string();
    tokens.push_back(std::move(token));
    at = end + 1;
  }
  return {};
}

}  // namespace

Status note_issued(const std::filesystem::path& folder, const IssuedToken& token) {
  return append_line(folder / (token.issuer + std::string(kListSuffix)), line_of(token),
                     kIssuedListMaxBytes);
}

Result<std::vector<IssuedToken>> issued_tokens(const std::filesystem::path& folder) {
  std::vector<IssuedToken> tokens;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator(folder, problem))
    if (entry.path().extension() == kListSuffix) MUSTER_TRY(read_list(entry.path(), tokens));
  if (problem)
    return fail(Errc::io, fmt::format("cannot read {}: {}", folder.string(), problem.message()));
  std::stable_sort(tokens.begin(), tokens.end(),
                   [](const auto& a, const auto& b) { return a.issued_at_ms < b.issued_at_ms; });
  return tokens;
}

}  // namespace muster::authority
