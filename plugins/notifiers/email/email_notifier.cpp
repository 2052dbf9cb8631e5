#include "plugins/notifiers/email/email_notifier.hpp"

#include "plugins/notifiers/email/address.hpp"
#include "plugins/notifiers/email/message.hpp"
#include "plugins/notifiers/email/smtp.hpp"
#include "proto/base/clock.hpp"

namespace muster::notifiers::email {
namespace {

class EmailNotifier final : public plugins::Notifier {
 public:
  EmailNotifier(std::string to, Config config) : to_(std::move(to)), config_(std::move(config)) {}

  Status send(const plugins::Notification& notification) override {
    const auto message =
        format_message(config_.from, to_, notification, base::SystemClock().unix_ms());
    return submit(config_, to_, message);
  }

 private:
  const std::string to_;
  const Config config_;
};

}  // namespace

Result<std::unique_ptr<plugins::Notifier>> make_notifier(const std::string& target,
                                                         const Config& config) {
  MUSTER_ASSIGN(auto to, address_of_target(target));
  MUSTER_TRY(check(config));
  return std::make_unique<EmailNotifier>(std::move(to), config);
}

}  // namespace muster::notifiers::email
