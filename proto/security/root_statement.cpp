#include "proto/security/root_statement.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/root_statement.hpp"

namespace muster::security {
namespace {

constexpr std::string_view kNewRootSigns = "muster/v1 root\n";

std::string new_root_bytes(const std::string& content) {
  return std::string(kNewRootSigns) + content;
}

Status check_root_certificate(const x509::Certificate& root, std::string_view which) {
  if (!root.is_ca())
    return fail(Errc::refused,
                fmt::format("the {} root {} is no CA", which, base::quoted(root.subject())));
  if (auto strong = root.public_key().strong_enough(); !strong)
    return fail(strong.error().within(fmt::format("the {} root", which)));
  return {};
}

Result<RootStatement> read_content(const std::string& bytes) {
  MUSTER_ASSIGN(const auto content, messages::RootContent::decode(bytes));
  const auto root = root_from(content.root);
  if (!root)
    return fail(Errc::invalid_data,
                fmt::format("a statement about {}, which is no root", base::quoted(content.root)));
  if (content.number == 0) return fail(Errc::invalid_data, "a root statement without a number");
  MUSTER_ASSIGN(auto old_root, x509::Certificate::from_der(content.old_root));
  MUSTER_ASSIGN(auto new_root, x509::Certificate::from_der(content.new_root));
  MUSTER_TRY(check_root_certificate(old_root, "old"));
  MUSTER_TRY(check_root_certificate(new_root, "new"));
  if (old_root.public_key().same_public(new_root.public_key()))
    return fail(Errc::refused, "a root cannot follow itself: both have one key");
  return RootStatement{
      *root,        content.number, std::move(old_root), std::move(new_root), content.finished,
      content.at_ms};
}

}  // namespace

Result<std::string> sign_root_statement(const RootStatement& statement, const x509::Key& old_key,
                                        const x509::Key& new_key) {
  if (!statement.old_root.matches(old_key) || !statement.new_root.matches(new_key))
    return fail(Errc::invalid_data, "the keys are not those of the two roots");
  messages::RootContent content;
  content.root = std::string(word_of(statement.root));
  content.number = statement.number;
  content.old_root = statement.old_root.der();
  content.new_root = statement.new_root.der();
  content.finished = statement.finished;
  content.at_ms = statement.at_ms;
  messages::RootStatement body;
  body.content = content.encode();
  MUSTER_ASSIGN(auto by_new, new_key.sign(new_root_bytes(body.content)));
  body.new_signature = std::move(by_new);
  envelope::Sealed sealed;
  sealed.kind = envelope::Kind::root_statement;
  sealed.body = body.encode();
  sealed.certificates = {statement.old_root.der()};
  MUSTER_ASSIGN(sealed.signature, old_key.sign(envelope::signed_bytes(sealed.kind, sealed.body)));
  MUSTER_ASSIGN(auto message, envelope::encode(sealed));
  MUSTER_TRY(read_root_statement(message));
  return message;
}

Result<RootStatement> read_root_statement(std::string_view message) {
  if (message.size() > kRootStatementMaxBytes)
    return fail(Errc::limit, fmt::format("a root statement of {} bytes; the limit is {}",
                                         message.size(), kRootStatementMaxBytes));
  MUSTER_ASSIGN(const auto sealed, envelope::decode(message));
  if (sealed.kind != envelope::Kind::root_statement || sealed.certificates.size() != 1)
    return fail(Errc::refused, "this is no root statement, signed by one root");
  MUSTER_ASSIGN(const auto body, messages::RootStatement::decode(sealed.body));
  MUSTER_ASSIGN(auto statement, read_content(body.content));
  if (sealed.certificates.front() != statement.old_root.der())
    return fail(Errc::refused, "the root statement is signed by another than the old root");
  const auto by_old = statement.old_root.public_key().verify(
      envelope::signed_bytes(sealed.kind, sealed.body), sealed.signature);
  if (!by_old) return fail(by_old.error().within("the old root's signature"));
  const auto by_new =
      statement.new_root.public_key().verify(new_root_bytes(body.content), body.new_signature);
  if (!by_new) return fail(by_new.error().within("the new root's signature"));
  return statement;
}

}  // namespace muster::security
