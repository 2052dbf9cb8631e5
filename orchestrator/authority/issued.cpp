#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "orchestrator/authority/tokens.hpp"
#include "proto/base/files.hpp"
#include "proto/base/json_document.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::authority {
namespace {

constexpr std::string_view kListSuffix = ".tokens";
constexpr base::JsonLimits kLineLimits{64 * 1024, 3};

tl::unexpected<Error> cannot(std::string_view doing, const std::filesystem::path& file) {
  return fail(Errc::io,
              fmt::format("cannot {} {}: {}", doing, file.string(), std::strerror(errno)));
}

std::string line_of(const IssuedToken& token) {
  const Value line = {{"id", token.id},
                      {"identities", token.identities},
                      {"master", token.master},
                      {"replace", token.replace},
                      {"uses", token.uses},
                      {"issued_at_ms", token.issued_at_ms},
                      {"expires_at_ms", token.expires_at_ms}};
  return line.dump() + "\n";
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

// One write under a lock: two commands at once do not mix their lines.
Status note_issued(const std::filesystem::path& folder, const IssuedToken& token) {
  const auto file = folder / (token.issuer + std::string(kListSuffix));
  const base::UniqueFd list(
      ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!list || ::flock(list.get(), LOCK_EX) != 0) return cannot("open", file);
  const auto line = line_of(token);
  struct stat about {};
  if (::fstat(list.get(), &about) != 0) return cannot("look at", file);
  if (static_cast<std::size_t>(about.st_size) + line.size() > kIssuedListMaxBytes)
    return fail(Errc::limit, fmt::format("{} has reached {} bytes; move it to an archive",
                                         file.string(), kIssuedListMaxBytes));
  if (::write(list.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
      ::fsync(list.get()) != 0)
    return cannot("write", file);
  return {};
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
