// Orchestrators keep the workflows that nodes are in on the bus.
#include "orchestrator/client/kept_workflows.hpp"

#include <gmock/gmock.h>

#include "orchestrator/client/link_directory.hpp"
#include "proto/messages/workflow_text.hpp"
#include "proto/x509/key.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* kOther = "name: other";

class KeptWorkflowsTest : public testing::Test {
 protected:
  KeptWorkflowsTest() : writer_(lab_.broker().connect("writer")) {
    kept_ = KeptWorkflows::watch(lab_.orchestrator(), [this](const std::string& hash,
                                                             const std::string& text) {
              const std::lock_guard lock(mutex_);
              heard_.emplace_back(hash, text);
            }).value();
    must(kept_->wait_complete(20s));
  }
  static std::string hash_of(const std::string& text) { return x509::sha256_hex(text); }
  static std::string topic_of(const std::string& text) {
    return transport::topics::workflow("main", hash_of(text));
  }
  std::string sealed(const std::string& text, const test::Holder& by) const {
    return by.signer()
        .seal(envelope::Kind::workflow, messages::WorkflowText{text}.encode())
        .value();
  }
  // As another orchestrator, which keeps nothing itself.
  void write(const std::string& topic, const std::string& payload) {
    must(writer_->publish(topic, payload, {.retain = true}));
  }
  bool is_heard(const std::string& text) {
    return fakes::wait_until([&] {
      const std::lock_guard lock(mutex_);
      return !heard_.empty() && heard_.back().second == text &&
             heard_.back().first == hash_of(text);
    });
  }
  bool is_ours(const std::string& text) {
    bool ours = false;
    lab_.orchestrator().directory().run(
        [&](transport::Directory& directory) { ours = directory.is_ours(topic_of(text)); });
    return ours;
  }

  ClientLab lab_;
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> heard_;
  std::unique_ptr<transport::Bus> writer_;
  std::unique_ptr<KeptWorkflows> kept_;
};

TEST_F(KeptWorkflowsTest, OursStandsThereSignedAndComesBackWhenItIsCleared) {
  EXPECT_EQ(kept_->keep("name: w").value(), hash_of("name: w"));
  const auto stands = [&] {
    const auto payload = lab_.broker().retained(topic_of("name: w"));
    return payload &&
           read_workflow(topic_of("name: w"), *payload, lab_.link().operators()).has_value();
  };
  EXPECT_TRUE(fakes::wait_until(stands));
  write(topic_of("name: w"), "");
  EXPECT_TRUE(fakes::wait_until(stands));
  write(topic_of("name: w"), "garbage");
  EXPECT_TRUE(fakes::wait_until(stands));
}

TEST_F(KeptWorkflowsTest, WhatNodesAreInIsKeptBySomebodyElseToo) {
  write(topic_of(kOther), sealed(kOther, lab_.pki().orchestrator()));
  ASSERT_TRUE(is_heard(kOther));
  EXPECT_FALSE(is_ours(kOther)) << "no node is known to be in it";
  kept_->keep_only({hash_of(kOther)});
  EXPECT_TRUE(is_ours(kOther));
  kept_->keep_only({});
  EXPECT_FALSE(is_ours(kOther));
}

TEST_F(KeptWorkflowsTest, WhatNodesAreInStandsAsItWasSigned) {
  const auto signed_by_another = sealed(kOther, lab_.pki().orchestrator());
  write(topic_of(kOther), signed_by_another);
  ASSERT_TRUE(is_heard(kOther));
  kept_->keep_only({hash_of(kOther)});
  write(topic_of(kOther), "");
  EXPECT_TRUE(fakes::wait_until(
      [&] { return lab_.broker().retained(topic_of(kOther)) == signed_by_another; }));
  EXPECT_TRUE(kept_->knows(hash_of(kOther)));
}

TEST_F(KeptWorkflowsTest, OursIsKeptWhetherNodesAreInItOrNot) {
  ASSERT_TRUE(kept_->keep("name: w"));
  kept_->keep_only({});
  EXPECT_TRUE(is_ours("name: w"));
}

TEST_F(KeptWorkflowsTest, WhatNoOrchestratorSignedOrAnotherTextIsRefused) {
  const auto& operators = lab_.link().operators();
  EXPECT_TRUE(
      read_workflow(topic_of(kOther), sealed(kOther, lab_.pki().orchestrator()), operators));
  EXPECT_FALSE(read_workflow(topic_of(kOther), sealed(kOther, lab_.pki().operator_()), operators));
  const auto wrong =
      read_workflow(topic_of("x"), sealed(kOther, lab_.pki().orchestrator()), operators);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message, HasSubstr("holds another text"));
}

TEST_F(KeptWorkflowsTest, OneThatIsTooLongIsRefusedWithTheLimit) {
  const auto kept = kept_->keep(std::string(messages::kWorkflowMaxBytes + 1, 'x'));
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, Errc::limit);
}

}  // namespace
}  // namespace muster::client
