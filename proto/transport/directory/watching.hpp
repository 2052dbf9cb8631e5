// One watch of a directory over a bus.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proto/loop/timer.hpp"
#include "proto/transport/directory/completeness.hpp"
#include "proto/transport/directory/directory.hpp"
#include "proto/transport/directory/loop_bus.hpp"

namespace muster::transport {

// On the loop's thread.
class Watching {
 public:
  struct Parts {
    LoopBus on;
    loop::Timers& timers;
    std::string own_topic;
    Signs signs;
  };
  // `id` tells our messages to ourselves from other watches'. `parts` must outlive it.
  Watching(const Parts& parts, std::uint64_t id, std::string filter, Watcher watcher, bool linked);

  void linked();
  void lost();

 private:
  void hear(const Message& message);
  void hear_mark(std::string_view payload);
  void answered(const Status& answer);
  void begin();
  void send_mark();
  void judge();
  void ask_again(const std::string& why);
  void complete(const std::string& doubt);
  void tell_late(const std::string& topic);
  std::string mark(int number) const;

  const Parts& parts_;
  const std::uint64_t id_;
  const std::string filter_;
  const Watcher watcher_;
  bool linked_;
  bool subscribed_ = false;
  bool told_ = false;       // of a broker that loses messages, or sends them late
  std::uint64_t link_ = 0;  // counts them
  std::unique_ptr<Completeness> completeness_;
  bool complete_ = false;     // of this link
  bool again_asked_ = false;  // and not answered yet
  bool late_ = false;         // something came after it was complete, on this link
  Signs signs_;
  loop::Timer timer_;
  std::unique_ptr<LoopSubscription> subscription_;
  std::unique_ptr<LoopSubscription> again_;  // only so that all is sent again
};

}  // namespace muster::transport
