// Carrier of the precompiled header, and of what it says is compiled once.
#include <nlohmann/json.hpp>

#define MUSTER_COMPILED_ONCE
#include "config/cmake/compiled_once.inc"
