#include "proto/base/compress.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <limits>
#include <memory>

namespace muster::base {
namespace {

constexpr std::size_t kInflateStep = 64 * 1024;  // bytes

struct InflateEnd {
  void operator()(z_stream* stream) const { ::inflateEnd(stream); }
};

// zlib takes what it only reads by a pointer that is not const.
Bytef* input_of(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

tl::unexpected<Error> more_than(std::size_t max_bytes) {
  return fail(Errc::limit, fmt::format("decompressed it has more than {} bytes", max_bytes));
}

}  // namespace

Result<std::string> compress(std::string_view bytes) {
  if (bytes.size() > std::numeric_limits<uInt>::max())
    return fail(Errc::limit, fmt::format("{} bytes are too many to compress", bytes.size()));
  uLongf size = ::compressBound(bytes.size());
  std::string out(size, '\0');
  if (::compress2(reinterpret_cast<Bytef*>(out.data()), &size, input_of(bytes), bytes.size(),
                  Z_BEST_COMPRESSION) != Z_OK)
    return fail(Errc::unknown, "zlib cannot compress");
  out.resize(size);
  return out;
}

Result<std::string> decompress(std::string_view compressed, std::size_t max_bytes) {
  if (compressed.size() > std::numeric_limits<uInt>::max())
    return fail(Errc::limit, fmt::format("{} compressed bytes are too many", compressed.size()));
  z_stream stream{};
  if (::inflateInit(&stream) != Z_OK) return fail(Errc::unknown, "zlib cannot decompress");
  const std::unique_ptr<z_stream, InflateEnd> ending(&stream);
  stream.next_in = input_of(compressed);
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string out;
  int state = Z_OK;
  while (state == Z_OK) {
    const auto before = out.size();
    if (before > max_bytes) return more_than(max_bytes);
    out.resize(before + kInflateStep);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(kInflateStep);
    state = ::inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  if (out.size() > max_bytes) return more_than(max_bytes);
  if (state != Z_STREAM_END || stream.avail_in != 0)
    return fail(Errc::invalid_data, "the compressed bytes are damaged or not whole");
  return out;
}

}  // namespace muster::base
