#include "orchestrator/client/link_core.hpp"

#include <utility>

#include "orchestrator/client/link_directory.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

// Sessions of their own, so that messages to ourselves are nobody's replies.
std::string own_topic(const std::string& collective, const std::string& caller,
                      const std::string& session) {
  return transport::topics::reply_prefix(collective, caller, session) + "/self";
}

}  // namespace

LinkCore::LinkCore(std::unique_ptr<transport::Bus> bus, std::string caller, std::string collective,
                   const base::Clock& clock, std::unique_ptr<LinkDriver> driver)
    : bus_(std::move(bus)),
      caller_(std::move(caller)),
      collective_(std::move(collective)),
      clock_(clock),
      driver_(std::move(driver)),
      session_(driver_->random().id()),
      echoes_(*bus_, own_topic(collective_, caller_, session_ + "-echo"), driver_->random()) {}

LinkCore::~LinkCore() {
  close();
}

void LinkCore::close() {
  if (!bus_) return;
  // First the bus, which waits for its handlers: they use what goes next.
  bus_->disconnect();
  driver_->stop();
  // The bus may still tell of its link.
  auto directory = directory_.with_lock([](auto& its) { return std::move(its); });
  directory.reset();
  driver_.reset();  // it may still ask the bus something
  bus_.reset();
}

Status LinkCore::echo(std::chrono::milliseconds patience) {
  return echoes_.wait(patience);
}

Status LinkCore::mark(std::function<void()> passed) {
  return echoes_.mark(std::move(passed));
}

LinkDirectory& LinkCore::directory() {
  const base::Locked directory(directory_);
  if (!*directory)
    *directory = std::make_unique<LinkDirectory>(
        *bus_, driver_->directory(), own_topic(collective_, caller_, session_ + "-directory"));
  return **directory;
}

void LinkCore::hear(transport::LinkState state) {
  {
    const base::Locked directory(directory_);
    if (*directory) (*directory)->hear(state);
  }
  if (state == transport::LinkState::connected) return relinked_.emit();
  echoes_.forget_marks();
  lost_.emit();
}

}  // namespace muster::client
