#include "orchestrator/client/kept_debts.hpp"

#include <optional>
#include <utility>

#include "orchestrator/client/link_core.hpp"
#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/retained.hpp"
#include "proto/base/log.hpp"
#include "proto/base/throttle.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;

// Of one master and name.
constexpr base::Throttle::Rate kRefusedDebtLines{.burst = 1,
                                                 .every = std::chrono::milliseconds(60'000)};

std::optional<transport::Rank> debt_rank_believed(const transport::Message& message,
                                                  LinkCore& link) {
  const auto now_ms = link.clock().unix_ms();
  const auto account = read_debt(message.topic, message.payload, link.operators(), now_ms);
  if (!account || account->is_over(now_ms)) return std::nullopt;
  return account->rank();
}

transport::Claim debt_claim(LinkCore& link, const DebtAccount& account, std::string sealed) {
  return {
      .topic = topics::debt(link.collective(), account.master, account.certname),
      .payload = std::move(sealed),
      .heard_by = topics::debt(link.collective(), "+", "+"),
      .expiry = account.is_open() ? std::chrono::hours(0) : kDebtPaidFor,
      .order =
          [&link](const transport::Message& message) { return debt_rank_believed(message, link); },
      .at_most = kDebtsKeptMax,
      .rank = account.rank()};
}

}  // namespace

struct KeptDebts::Impl {
  Impl(LinkCore& its_link, Handler its_handler)
      : link(its_link),
        handler(std::move(its_handler)),
        log_lines(its_link.clock(), kRefusedDebtLines),
        retained("debts", its_link, topics::debt(its_link.collective(), "+", "+"), kDebtQueue,
                 [this](const transport::Message& message) { return verify(message); }) {}

  // One that is cleared is put back by whoever keeps it.
  Retained::TakeIn verify(const transport::Message& message) {
    if (message.payload.empty()) return [] { return true; };
    link.catch_up();
    const auto now_ms = link.clock().unix_ms();
    auto account = read_debt(message.topic, message.payload, link.operators(), now_ms);
    if (account && account->is_over(now_ms)) return [] { return true; };
    if (account)
      return [this, heard = *std::move(account), sealed = message.payload] {
        return take(heard, sealed);
      };
    return [this, topic = message.topic, why = std::move(account).error().message] {
      return refuse(topic, why);
    };
  }

  // Whoever may write them could fill our disk with lines.
  bool refuse(const std::string& topic, const std::string& why) {
    if (log_lines.pass(topic))
      log::warning("a debt was refused", {{"topic", topic}, {"reason", why}});
    return false;
  }

  bool take(const DebtAccount& heard, const std::string& sealed) {
    const auto known = handler(heard);
    if (!known) return refuse(topic_of(heard), known.error().message);
    if (known->rank() == heard.rank()) {
      link.directory().adopt(debt_claim(link, heard, sealed));
      return true;
    }
    say(*known);
    return true;
  }

  void say(const DebtAccount& known) {
    auto said = seal_debt(link.sealer(), known);
    if (!said)
      return log::warning(
          "a debt is not kept on the bus by us",
          {{"master", known.master}, {"certname", known.certname}, {"why", said.error().message}});
    link.directory().post(
        [claim = debt_claim(link, known, *std::move(said))](transport::Directory& directory) {
          if (const auto put = directory.put(claim); !put)
            log::warning("a debt is not kept on the bus by us; tried again when it is heard",
                         {{"topic", claim.topic}, {"why", put.error().message}});
        });
  }

  std::string topic_of(const DebtAccount& account) const {
    return topics::debt(link.collective(), account.master, account.certname);
  }

  LinkCore& link;
  const Handler handler;
  base::Throttle log_lines;
  Retained retained;
};

Result<std::unique_ptr<KeptDebts>> KeptDebts::watch(LinkCore& link, Handler handler) {
  auto impl = std::make_unique<Impl>(link, std::move(handler));
  MUSTER_TRY(impl->retained.start());
  return std::unique_ptr<KeptDebts>(new KeptDebts(std::move(impl)));
}

KeptDebts::KeptDebts(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

KeptDebts::~KeptDebts() = default;

Status KeptDebts::wait_complete(std::chrono::milliseconds patience) {
  return impl_->retained.wait_complete(patience);
}

void KeptDebts::leave(const std::string& master, const std::string& certname) {
  impl_->link.directory().post([topic = topics::debt(impl_->link.collective(), master, certname)](
                                   transport::Directory& directory) { directory.leave(topic); });
}

Status KeptDebts::keep(const DebtAccount& account) {
  MUSTER_ASSIGN(auto sealed, seal_debt(impl_->link.sealer(), account));
  return impl_->link.directory().put(debt_claim(impl_->link, account, std::move(sealed)));
}

}  // namespace muster::client
