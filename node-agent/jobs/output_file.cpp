#include "node-agent/jobs/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace muster::jobs {

Result<OutputFile> OutputFile::create(const std::filesystem::path& path, std::uint64_t max_bytes) {
  base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd)
    return fail(Errc::io, fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
  return OutputFile(std::move(fd), path,
                    max_bytes - std::min<std::uint64_t>(max_bytes, kOutputTailBytes));
}

Status OutputFile::append(std::string_view bytes) {
  const auto head = std::min<std::uint64_t>(head_left_, bytes.size());
  MUSTER_TRY(write_all(bytes.substr(0, head)));
  head_left_ -= head;
  const auto rest = bytes.substr(head);
  beyond_bytes_ += rest.size();
  tail_.append(rest);
  if (tail_.size() > kOutputTailBytes) tail_.erase(0, tail_.size() - kOutputTailBytes);
  return {};
}

Status OutputFile::finish() {
  if (beyond_bytes_ > tail_.size())
    MUSTER_TRY(write_all(fmt::format("\n[muster: {} bytes of output left out here]\n",
                                     beyond_bytes_ - tail_.size())));
  MUSTER_TRY(write_all(tail_));
  tail_.clear();
  beyond_bytes_ = 0;
  return {};
}

Status OutputFile::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto wrote = ::write(fd_.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0)
      return fail(Errc::io,
                  fmt::format("cannot write {}: {}", path_.string(), std::strerror(errno)));
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

}  // namespace muster::jobs
