// Keys and certificates of thousands of nodes, made by a CA of OpenSSL's in seconds and kept in one file for the next run.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::swarm {

inline constexpr std::size_t kNodesMax = 100'000;
inline constexpr std::size_t kKeyFileMaxBytes = kNodesMax * 4'096;

// "node00007.swarm.example": what the swarm's nodes are called, in the order of their making.
std::string name_of(std::size_t index);

// The pairs of name_of(0), name_of(1) … under `ca`.
class SwarmKeys {
 public:
  explicit SwarmKeys(const test::TestCa& ca) : ca_(ca) {}  // which must outlive it

  // Errc::config, with what to do, when the file is another CA's or holds something else.
  Status read(const std::filesystem::path& file);
  // 0600; readers find the old content or the new.
  Status write(const std::filesystem::path& file) const;
  // Until there are `count`, kNodesMax at most.
  void make(std::size_t count);

  std::size_t size() const { return pairs_.size(); }
  // Stays where it is while the keys live.
  const test::Holder& operator[](std::size_t index) const { return pairs_[index]; }

 private:
  std::string heading() const;
  Status add(std::string_view pem, const std::filesystem::path& file);

  const test::TestCa& ca_;
  std::deque<test::Holder> pairs_;
};

}  // namespace muster::swarm
