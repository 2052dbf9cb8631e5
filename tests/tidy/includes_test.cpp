#include <gmock/gmock.h>

#include <array>

#include "tests/tidy/scanner.hpp"
#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

struct Edge {
  std::string_view from;
  std::string_view to;
};

// docs/ARCHITECTURE.md, "The house", gives the reasons.
constexpr std::array kForbidden{
    Edge{"proto/", "plugins/"},
    Edge{"proto/", "node-agent/"},
    Edge{"proto/", "orchestrator/"},
    Edge{"proto/", "tests/"},
    Edge{"plugins/", "proto/transport/"},
    Edge{"plugins/", "proto/security/"},
    Edge{"plugins/", "node-agent/"},
    Edge{"plugins/", "orchestrator/"},
    Edge{"plugins/", "tests/"},
    Edge{"node-agent/", "orchestrator/"},
    Edge{"node-agent/", "tests/"},
    Edge{"orchestrator/", "node-agent/"},
    Edge{"orchestrator/", "tests/"},
    Edge{"orchestrator/workflow/", "orchestrator/provision/"},
    Edge{"orchestrator/workflow/", "orchestrator/client/"},
};

// Libraries of proto/: each may include those before it.
constexpr std::array<std::string_view, 15> kProtoOrder{
    "proto/base/",     "proto/loop/",   "proto/progress/", "proto/schema/",   "proto/x509/",
    "proto/envelope/", "proto/filter/", "proto/messages/", "proto/security/", "proto/request/",
    "proto/approval/", "proto/policy/", "proto/ddl/",      "proto/audit/",    "proto/transport/"};

std::size_t rank_in_proto(std::string_view path) {
  for (std::size_t i = 0; i < kProtoOrder.size(); ++i)
    if (path.starts_with(kProtoOrder[i])) return i;
  return kProtoOrder.size();
}

bool is_paho(const std::string& include) {
  return include.starts_with("mqtt/") || include.starts_with("MQTTAsync") ||
         include.starts_with("MQTTClient");
}

template <class Use>
void for_each_include(Use use) {
  for (const auto& file : files())
    if (file.is_cpp())
      for (const auto& include : includes_in(file.text)) use(file, include);
}

TEST(IncludesTest, NoForbiddenEdge) {
  for_each_include([](const File& file, const std::string& include) {
    for (const auto& edge : kForbidden)
      EXPECT_FALSE(file.below(edge.from) && include.starts_with(edge.to))
          << file.path << " includes " << include << ", but " << edge.from << " must not know "
          << edge.to;
  });
}

TEST(IncludesTest, NoCoreKnowsItsDriver) {
  for_each_include([](const File& file, const std::string& include) {
    const bool of_nodes =
        file.below("node-agent/core/") && include.starts_with("node-agent/daemon/");
    const bool of_orchestrators = file.below("orchestrator/provision/") &&
                                  !file.below("orchestrator/provision/live/") &&
                                  include.starts_with("orchestrator/provision/live/");
    EXPECT_FALSE(of_nodes || of_orchestrators) << file.path << " includes " << include;
  });
}

TEST(IncludesTest, LibrariesOfProtoDependDownwardsOnly) {
  for_each_include([](const File& file, const std::string& include) {
    if (!file.below("proto/") || !include.starts_with("proto/")) return;
    EXPECT_LE(rank_in_proto(include), rank_in_proto(file.path))
        << file.path << " includes " << include;
  });
}

TEST(IncludesTest, OnlyTheTransportKnowsPaho) {
  for_each_include([](const File& file, const std::string& include) {
    EXPECT_TRUE(!is_paho(include) || file.below("proto/transport/mqtt/"))
        << file.path << " includes " << include << "; use proto/transport/bus.hpp";
  });
}

TEST(IncludesTest, OnlyTheSwarmKnowsLibmosquitto) {
  for_each_include([](const File& file, const std::string& include) {
    const bool its = include == "mosquitto.h" || include.starts_with("mqtt_protocol");
    EXPECT_TRUE(!its || file.below("tests/swarm/links/"))
        << file.path << " includes " << include << "; use tests/swarm/links/swarm_link.hpp";
  });
}

TEST(IncludesTest, OnlyTheMessagesKnowProtobuf) {
  for_each_include([](const File& file, const std::string& include) {
    const bool may = file.below("proto/messages/") || file.below("proto/envelope/") ||
                     file.below("tests/unit/envelope/") || file.below("tests/fuzz/") ||
                     file.below("tests/attack/");
    EXPECT_TRUE(may || (!include.ends_with(".pb.h") && !include.starts_with("google/protobuf/")))
        << file.path << " includes " << include << "; use proto/messages";
  });
}

TEST(IncludesTest, OwnHeadersAreIncludedFromTheTop) {
  for (const auto& file : files())
    if (file.is_cpp()) {
      for (const auto& line : lines_of(file.text))
        EXPECT_TRUE(!line.starts_with("#include \"") || line.find('/') != std::string::npos)
            << file.path << ": " << line;
    }
}

TEST(IncludesTest, EveryHeaderIsGuarded) {
  for (const auto& file : files())
    EXPECT_TRUE(!file.has_suffix(".hpp") || file.text.find("#pragma once\n") != std::string::npos)
        << file.path << " has no #pragma once";
}

}  // namespace
}  // namespace muster::tidy
