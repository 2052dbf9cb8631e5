#include "proto/base/put_aside.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/log.hpp"

namespace muster::base {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kAsideMark = ".damaged-";
constexpr std::string_view kAsideEnd =
    "Z";  // of base::iso8601(); what lies beside a file of SQLite's has more behind it

// "" when it is none.
std::string_view time_in(std::string_view name) {
  const auto at = name.rfind(kAsideMark);
  if (at == std::string_view::npos || !name.ends_with(kAsideEnd)) return "";
  return name.substr(at + kAsideMark.size());
}

std::vector<fs::path> starting_with(const fs::path& folder, const std::string& prefix) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->path().filename().string().starts_with(prefix)) found.push_back(at->path());
  std::sort(found.begin(), found.end());
  return found;
}

// Put aside of that file, the oldest first.
std::vector<fs::path> kept_of(const fs::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  auto kept = starting_with(folder, file.filename().string() + std::string(kAsideMark));
  std::erase_if(kept, [](const fs::path& one) { return time_in(one.filename().string()).empty(); });
  return kept;
}

void forget_oldest(const fs::path& file) {
  const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const auto kept = kept_of(file);
  for (std::size_t i = 0; i + kPutAsideKept < kept.size(); ++i)
    for (const auto& with_sides : starting_with(folder, kept[i].filename().string())) {
      std::error_code ignored;
      fs::remove(with_sides, ignored);
    }
}

fs::path free_name_of(const fs::path& file, std::int64_t now_ms) {
  const auto name = [&] { return file.string() + std::string(kAsideMark) + iso8601(now_ms); };
  std::error_code error;
  while (fs::exists(name(), error)) ++now_ms;
  return name();
}

Result<fs::path> tell_of(const fs::path& file, const fs::path& aside, const Damage& damage,
                         const std::error_code& error) {
  if (error) {
    log::error(
        fmt::format("the {} is damaged and cannot be moved aside; {}", damage.what, damage.then),
        {{"file", file.string()}, {"error", error.message()}, {"reason", damage.why}});
    return fail(Errc::io, fmt::format("{} is damaged and cannot be moved aside: {}", file.string(),
                                      error.message()));
  }
  log::error(fmt::format("the {} was damaged: moved aside; {}", damage.what, damage.then),
             {{"file", file.string()}, {"kept_as", aside.string()}, {"reason", damage.why}});
  forget_oldest(file);
  return aside;
}

}  // namespace

Result<fs::path> put_aside(const fs::path& file, const Damage& damage, std::int64_t now_ms) {
  const auto aside = free_name_of(file, now_ms);
  std::error_code error;
  fs::rename(file, aside, error);
  return tell_of(file, aside, damage, error);
}

Result<fs::path> keep_aside(const fs::path& file, const Damage& damage, std::int64_t now_ms) {
  std::error_code error;
  for (const auto& kept : kept_of(file))
    if (fs::equivalent(kept, file, error)) return tell_of(file, kept, damage, {});
  const auto aside = free_name_of(file, now_ms);
  fs::create_hard_link(file, aside, error);
  return tell_of(file, aside, damage, error);
}

std::vector<fs::path> put_aside_since(const fs::path& folder, std::int64_t since_ms) {
  std::vector<fs::path> found;
  const auto since = iso8601(since_ms);
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error))
    if (time_in(at->path().filename().string()) >= since) found.push_back(at->path());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace muster::base
