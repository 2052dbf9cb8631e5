#include "orchestrator/daemon/damaged_files.hpp"

#include <fmt/format.h>

#include "orchestrator/daemon/tell.hpp"
#include "proto/base/put_aside.hpp"

namespace muster::daemon {

plugins::Notification damaged_notification(const std::filesystem::path& file,
                                           const std::string& teller) {
  const auto name = file.filename().string();
  plugins::Notification out;
  out.id = fmt::format("file-damaged-{}-{}", teller, name);
  out.subject = fmt::format("{}: a file was damaged and put aside", teller);
  out.text = fmt::format(
      "It lies at {} now, and a new one was begun. The log of muster-orchestrator says how it was "
      "damaged and what follows. Look at the disk; then the file may be removed.\n",
      file.string());
  // Those that nobody else had heard of, on the bus, no orchestrator knows.
  if (name.starts_with("debts.json"))
    out.text +=
        "It listed certificates that masters still have to clean; some may stay valid.\n\nLook: "
        "muster provision audit\n";
  out.data = {{"file", file.string()}};
  return out;
}

client::LifecycleEvent damaged_event(const std::filesystem::path& file, const std::string& teller) {
  return event_of(damaged_notification(file, teller), "file-damaged", teller);
}

void DamagedFiles::look(std::int64_t now_ms) {
  const auto since_ms = now_ms - std::chrono::milliseconds(kPutAsideTold).count();
  for (const auto& file : base::put_aside_since(folder_, since_ms))
    if (told_.insert(file).second)
      tell_(damaged_event(file, teller_), damaged_notification(file, teller_));
}

}  // namespace muster::daemon
