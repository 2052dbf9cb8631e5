// What the *_fuzzer.cpp share. Each of them begins its body with MUSTER_FUZZER(NAME): for libFuzzer (tests/fuzz/run), that is
// LLVMFuzzerTestOneInput, and in fuzz_test, which replays the corpus and a fixed number of mutations of it, NAME_fuzzer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#ifdef MUSTER_LIBFUZZER
#define MUSTER_FUZZER(name)                                                          \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size); \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
#else
#define MUSTER_FUZZER(name)                                                 \
  extern "C" int name##_fuzzer(const std::uint8_t* data, std::size_t size); \
  extern "C" int name##_fuzzer(const std::uint8_t* data, std::size_t size)
#endif

namespace muster::fuzz {

// Valid for as long as libFuzzer's buffer is.
inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A property that must hold of every input. Nobody catches the exception under libFuzzer, so that it is a crash there;
// fuzz_test reports it with the input. No text is made of a property that holds.
inline void require(bool holds, const char* property) {
  if (!holds) throw std::logic_error(std::string("does not hold: ") + property);
}

// Where several parsers read the same kind of text, the first byte of an input says which of them gets the rest ('0' is the
// first): each costs its own time then, and what was reached is known to be its own.
struct Choice {
  std::size_t reader = 0;  // below the number of readers
  std::string_view rest;
};
inline Choice choice_of(std::string_view text, std::size_t readers) {
  if (text.empty()) return {};
  return {(static_cast<unsigned char>(text.front()) - std::size_t{'0'}) % readers, text.substr(1)};
}

}  // namespace muster::fuzz
