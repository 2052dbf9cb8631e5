// Carrier of the precompiled header, and of what it says is compiled once.
#include <nlohmann/json.hpp>

template class nlohmann::basic_json<>;
