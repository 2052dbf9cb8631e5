// What an owner keeps on a topic of a broker in virtual time.
#pragma once

#include <gmock/gmock.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/transport/directory/claims.hpp"
#include "tests/unit/directory/directory_lab.hpp"

namespace muster::transport {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The messages of these tests are their own numbers.
inline std::optional<std::uint64_t> number_of(const Message& message) {
  try {
    return std::stoull(message.payload);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

class ClaimsTest : public testing::Test {
 protected:
  void claims(const std::string& payload, seconds expiry = seconds(0)) {
    const auto put = lab_.directory->put(claim(payload, expiry));
    ASSERT_TRUE(put) << put.error().message;
    lab_.wait(milliseconds(1));
  }
  void adopts(const std::string& payload, seconds expiry = seconds(0)) {
    const auto adopted = lab_.directory->adopt(claim(payload, expiry));
    ASSERT_TRUE(adopted) << adopted.error().message;
    lab_.wait(milliseconds(1));
  }
  Claim claim(const std::string& payload, seconds expiry) {
    return {.topic = "t/1",
            .payload = payload,
            .heard_by = "t/+",
            .expiry = expiry,
            .order = number_of,
            .on_newer = [this](const Message& newer) { newer_.push_back(newer.payload); }};
  }
  void somebody_says(const std::string& payload) {
    lab_.broker.publish("t/1", payload);
    lab_.wait(milliseconds(1));
  }
  std::string kept() { return lab_.broker.kept("t/1").value_or(""); }

  DirectoryLab lab_;
  std::vector<std::string> newer_;
};

}  // namespace muster::transport
