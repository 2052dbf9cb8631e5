#include "plugins/data/md5.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include "proto/base/encoding.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::plugins::data {
namespace {

using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Status read_into(EVP_MD_CTX* digest, int fd) {
  std::array<char, 64 * 1024> chunk{};
  std::size_t total = 0;
  for (;;) {
    const auto got = ::read(fd, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Errc::io, fmt::format("cannot be read: {}", std::strerror(errno)));
    if (got == 0) return {};
    total += static_cast<std::size_t>(got);
    if (total > kMd5MaxBytes) return fail(Errc::limit, "grows while it is read");
    EVP_DigestUpdate(digest, chunk.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<std::string> md5_of(const std::filesystem::path& file, bool public_alone) {
  const base::UniqueFd fd(
      ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!fd) return fail(Errc::io, fmt::format("cannot be read: {}", std::strerror(errno)));
  struct stat opened {};
  if (public_alone && (::fstat(fd.get(), &opened) != 0 || (opened.st_mode & S_IROTH) == 0))
    return fail(Errc::refused, "no MD5, as not everybody may read it");
  const Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  if (!digest || EVP_DigestInit_ex(digest.get(), EVP_md5(), nullptr) != 1)
    return fail(Errc::unknown, "this machine's OpenSSL refuses MD5");
  MUSTER_TRY(read_into(digest.get(), fd.get()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned int length = 0;
  EVP_DigestFinal_ex(digest.get(), sum.data(), &length);
  return base::to_hex({reinterpret_cast<const char*>(sum.data()), length});
}

}  // namespace muster::plugins::data
