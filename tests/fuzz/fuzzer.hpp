// What the *_fuzzer.cpp share. Each of them defines LLVMFuzzerTestOneInput, for libFuzzer (tests/fuzz/run), and is linked
// under a name of its own into fuzz_test as well, which replays the corpus and a fixed number of mutations of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace muster::fuzz {

// Valid for as long as libFuzzer's buffer is.
inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A property that must hold of every input. Nobody catches the exception under libFuzzer, so that it is a crash there;
// fuzz_test reports it with the input.
inline void require(bool holds, const std::string& property) {
  if (!holds) throw std::logic_error("does not hold: " + property);
}

}  // namespace muster::fuzz
