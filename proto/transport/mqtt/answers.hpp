// Waiting for the broker's answers to SUBSCRIBE and UNSUBSCRIBE without ever waiting for a dead
// link.
#pragma once

#include <mqtt/async_client.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"

namespace muster::transport::mqtt {

class Answers;

// One request under way. Paho may answer it long after the asker gave up, so Answers owns it.
class Answer final : public ::mqtt::iaction_listener {
 public:
  Answer(Answers& all, std::string what) : all_(all), what_(std::move(what)) {}
  void on_success(const ::mqtt::token& token) override;
  void on_failure(const ::mqtt::token& token) override;

 private:
  friend class Answers;
  Answers& all_;
  const std::string what_;
};

// Thread-safe. Must outlive the Paho client that holds its answers as listeners.
class Answers {
 public:
  std::shared_ptr<Answer> ask(std::string what);
  // Errc::unavailable once close() was called, Errc::timeout at `deadline`.
  Status wait(const std::shared_ptr<Answer>& answer,
              std::chrono::steady_clock::time_point deadline);
  // The link is gone: everybody who waits is told.
  void close();

 private:
  friend class Answer;
  struct Asked {
    std::shared_ptr<Answer> answer;
    std::optional<Status> result = {};
  };
  struct State {
    std::map<const Answer*, Asked> asked;
    bool closed = false;
  };
  void set(const Answer& answer, Status result);

  std::condition_variable arrived_;
  base::Guarded<State> state_;
};

}  // namespace muster::transport::mqtt
