#include "orchestrator/provision/live/programs.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <memory>
#include <optional>
#include <utility>

#include "orchestrator/provision/live/asked_program.hpp"
#include "proto/base/child.hpp"
#include "proto/base/printable.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using ProgramClock = std::chrono::steady_clock;
using Printed = Result<std::string>;

// It has been killed by then, or did not get its turn.
constexpr std::chrono::seconds kAfterTheEnd{5};

// Tells the thread that nobody waits any more, by becoming readable.
class Cancel {
 public:
  Cancel() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  void set() const { ::eventfd_write(fd_.get(), 1); }
  bool is_set() const {
    eventfd_t count = 0;
    const bool was = ::eventfd_read(fd_.get(), &count) == 0;
    if (was) set();
    return was;
  }
  int fd() const { return fd_.get(); }

 private:
  base::UniqueFd fd_;
};

Printed printed_by(const std::string& name, base::ChildResult ended) {
  if (ended.exit_code != 0) {
    auto said = std::move(ended.err.empty() ? ended.out : ended.err);
    if (said.size() > kProgramSaysMaxBytes) said.erase(0, said.size() - kProgramSaysMaxBytes);
    return fail(Errc::aborted,
                fmt::format("{} ended with {}: {}", name, ended.exit_code, base::printable(said)));
  }
  if (ended.out.size() >= kProgramOutputMaxBytes && ended.dropped_bytes > 0)
    return fail(Errc::limit,
                fmt::format("{} printed more than {} bytes", name, kProgramOutputMaxBytes));
  return std::move(ended.out);
}

Printed run_now(const Program& program, const Cancel& cancel, ProgramClock::time_point until) {
  const auto& name = program.command.front();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - ProgramClock::now());
  if (cancel.is_set()) return fail(Errc::unavailable, name + " is not wanted any more");
  if (left.count() <= 0)
    return fail(Errc::timeout,
                fmt::format("{} was not begun: {} others run", name, kProgramsAtOnce));
  MUSTER_TRY(check_asked_program(program.command));
  base::ChildSpec spec;
  spec.argv = program.command;
  spec.input = program.input;
  spec.working_folder = "/";
  spec.timeout = left;
  spec.output_max_bytes = kProgramOutputMaxBytes;
  spec.output_deadly_bytes = kProgramOutputDeadlyBytes;
  spec.cancel_fd = cancel.fd();
  MUSTER_ASSIGN(auto ended, base::run_child(spec));
  return printed_by(name, std::move(ended));
}

}  // namespace

loop::Task<Result<std::string>> Programs::run(Program program) {
  // Held by this coroutine: who drops it drops the program.
  struct Waiting {
    explicit Waiting(loop::Waits& waits) : wait(waits) {}
    ~Waiting() { cancel->set(); }
    loop::Wait wait;
    std::shared_ptr<Cancel> cancel = std::make_shared<Cancel>();
    std::optional<Printed> printed;
  };
  const auto waiting = std::make_shared<Waiting>(waits_);
  const auto patience = program.timeout;
  const auto name = program.command.front();
  auto taken = executor_.run([program = std::move(program), cancel = waiting->cancel,
                              weak = std::weak_ptr(waiting),
                              until = ProgramClock::now() + patience]() -> loop::Executor::Then {
    auto printed = std::make_shared<Printed>(run_now(program, *cancel, until));
    return [weak, printed] {
      const auto who = weak.lock();
      if (!who) return;
      who->printed.emplace(std::move(*printed));
      who->wait.tell();
    };
  });
  MUSTER_CO_TRY(taken);
  const auto woken = co_await waiting->wait.until(patience + kAfterTheEnd);
  if (woken == loop::Woken::stopped)
    co_return fail(Errc::unavailable, "the orchestrator is stopping");
  if (!waiting->printed)
    co_return fail(Errc::timeout,
                   fmt::format("{} was not begun: {} others run", name, kProgramsAtOnce));
  co_return *std::move(waiting->printed);
}

}  // namespace muster::provision
