// Amazon EC2's instance metadata, version 2 (with a session token), as Facter's ec2_metadata and
// the flat ec2_* facts of older Facters.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

#include "plugins/facts/http_get.hpp"
#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/base/value.hpp"

namespace muster::facts {

inline constexpr std::chrono::milliseconds kEc2Patience{3'000};  // for the whole collection
inline constexpr std::size_t kEc2RequestsMax = 200;
inline constexpr std::size_t kEc2DepthMax = 8;

// Walks the tree below /latest/meta-data/, leaving out credentials.
Result<Value> read_ec2_metadata(const HttpServer& server);

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
