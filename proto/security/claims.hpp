// Typed, limited reading of a token's claims. Internal to the join token.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::security {

// Gives the first problem met, by the claim's name. `claims` must outlive it. Not thread-safe.
class ClaimReader {
 public:
  explicit ClaimReader(const Value& claims);
  std::string text(const char* name, std::size_t max_bytes);
  std::vector<std::string> texts(const char* name, std::size_t most);
  bool boolean(const char* name);
  std::int64_t integer(const char* name, std::int64_t least, std::int64_t most);
  std::map<std::string, std::string> map_of_texts(const char* name, std::size_t most);
  // The only member of a map of one.
  Value member_of(const char* name, const char* member);
  bool has(const char* name) const;
  // The first problem, else the first claim that nobody asked for.
  Status finish();

 private:
  const Value* find(const char* name);
  void complain(const char* name, std::string_view problem);
  const Value& claims_;
  Status status_;
  std::set<std::string> known_;
};

}  // namespace muster::security
