#include "orchestrator/notify/digest.hpp"

#include <fmt/format.h>

namespace muster::notify {

plugins::Notification digest_of(std::string id, const std::vector<plugins::Notification>& parts) {
  plugins::Notification digest;
  digest.id = std::move(id);
  digest.subject = fmt::format("{} notifications", parts.size());
  digest.data = Value::array();
  std::string texts;
  std::size_t unlisted = 0, without_text = 0;
  for (const auto& part : parts) {
    digest.data.push_back(part.data);
    const auto line = fmt::format("- {}\n", part.subject);
    if (digest.text.size() + line.size() > kDigestTextMaxBytes / 2)
      ++unlisted;
    else
      digest.text += line;
    if (part.text.empty()) continue;
    const auto section = fmt::format("\n== {}\n{}\n", part.subject, part.text);
    if (texts.size() + section.size() > kDigestTextMaxBytes / 2)
      ++without_text;
    else
      texts += section;
  }
  if (unlisted > 0) digest.text += fmt::format("- and {} more\n", unlisted);
  digest.text += texts;
  if (without_text > 0)
    digest.text += fmt::format("\n{} texts are left out: a digest holds {} bytes\n", without_text,
                               kDigestTextMaxBytes);
  return digest;
}

}  // namespace muster::notify
