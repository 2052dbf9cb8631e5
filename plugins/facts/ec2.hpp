// Amazon EC2's instance metadata, version 2 (with a session token), as Facter's ec2_metadata and
// the flat ec2_* facts of older Facters.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/base/value.hpp"

namespace muster::facts {

inline constexpr std::chrono::milliseconds kEc2Patience{3'000};  // for the whole collection
inline constexpr std::size_t kEc2RequestsMax = 200;
inline constexpr std::size_t kEc2DepthMax = 8;
inline constexpr std::size_t kEc2AnswerMaxBytes = 256 * 1024;

// Walks the tree below /latest/meta-data/ of `url`, "http://169.254.169.254", leaving out
// credentials. Blocks until kEc2Patience at the most, and ends with Errc::timeout once `cancel_fd`
// can be read. Errc::config when the URL names no address, or libcurl is missing; limit, unavailable
// or invalid_data.
Result<Value> read_ec2_metadata(std::string_view url, int cancel_fd = -1);

// Keeps the last good answer: an instance does not lose its region because the service was busy.
// Not thread-safe, but for stop().
class Ec2Facts {
 public:
  // Not on EC2 when empty.
  explicit Ec2Facts(std::string url);

  Value collect();
  // Ends a collection under way, and every later one at once.
  void stop();

 private:
  const std::string url_;
  const base::UniqueFd cancel_;
  Value good_ = Value::object();
  std::string warned_;
};

}  // namespace muster::facts
