// Precompiled for the whole tree. Files still include what they use.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#define MUSTER_COMPILED_ONCE extern
#include "config/cmake/compiled_once.inc"
#undef MUSTER_COMPILED_ONCE
