// Lifecycle events, for people and as CloudEvents 1.0 (cloudevents.io).
#pragma once

#include <string>

#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/client/lifecycle.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// A node whose connection broke: its presence has gone and nobody said "left".
inline constexpr auto kGoneEvent = "gone";

// "14:02:07  joined        n1.example.test  version 0.9.0"
std::string event_line(const client::LifecycleEvent& event, const Style& style);

// specversion, id, source, type (muster.lifecycle.v1.TYPE), time, subject, datacontenttype, data.
Value cloud_event(const client::LifecycleEvent& event, const std::string& collective);

}  // namespace muster::cli::render
