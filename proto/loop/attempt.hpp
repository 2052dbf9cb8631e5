// MUSTER_TRY and MUSTER_ASSIGN for coroutines, which co_return. `expr` may co_await; what it is given should have names of
// its own: g++ 12 destroys temporaries of an awaited expression twice.
#pragma once

#include <utility>

#include "proto/base/result.hpp"

#define MUSTER_CO_TRY(expr)                                                               \
  do {                                                                                    \
    auto muster_status = (expr);                                                          \
    if (!muster_status) co_return ::muster::base::fail(std::move(muster_status).error()); \
  } while (false)

#define MUSTER_CO_ASSIGN(target, expr) MUSTER_CO_ASSIGN_AT(target, expr, __LINE__)
#define MUSTER_CO_ASSIGN_AT(target, expr, line) MUSTER_CO_ASSIGN_NAMED(target, expr, line)
#define MUSTER_CO_ASSIGN_NAMED(target, expr, line)                           \
  auto muster_result_##line = (expr);                                        \
  if (!muster_result_##line)                                                 \
    co_return ::muster::base::fail(std::move(muster_result_##line).error()); \
  target = std::move(*muster_result_##line)
