// Result<T>: a value or an Error. No exception crosses a function that returns one.
#pragma once

#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

#include "proto/base/error.hpp"

namespace muster::base {

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(Errc code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

// Whether a value ends something when it goes: MUSTER_TRY would end it at once.
template <class T>
inline constexpr bool kEndsWhenDropped = false;

}  // namespace muster::base

namespace muster {
using base::Errc;
using base::Error;
using base::fail;
using base::Result;
using base::Status;
}  // namespace muster

// Leaves the function with the error of `expr`, a Status or Result.
#define MUSTER_TRY(expr)                                                                        \
  do {                                                                                          \
    auto muster_status = (expr);                                                                \
    static_assert(!::muster::base::kEndsWhenDropped<                                            \
                      typename std::remove_reference_t<decltype(muster_status)>::value_type>,   \
                  "this value ends something when it is dropped: keep it, with MUSTER_ASSIGN"); \
    if (!muster_status) return ::muster::base::fail(std::move(muster_status).error());          \
  } while (false)

// MUSTER_ASSIGN(auto cert, read_certificate(path)): the value, or leaves the function with the
// error.
#define MUSTER_ASSIGN(target, expr) MUSTER_ASSIGN_AT(target, expr, __LINE__)
#define MUSTER_ASSIGN_AT(target, expr, line) MUSTER_ASSIGN_NAMED(target, expr, line)
#define MUSTER_ASSIGN_NAMED(target, expr, line)                                                    \
  auto muster_result_##line = (expr);                                                              \
  if (!muster_result_##line) return ::muster::base::fail(std::move(muster_result_##line).error()); \
  target = std::move(*muster_result_##line)
