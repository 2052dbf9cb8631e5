#include "orchestrator/provision/live/kept_list.hpp"

#include <fmt/format.h>

#include "proto/base/files.hpp"
#include "proto/base/put_aside.hpp"

namespace muster::provision {

Result<bool> read_kept_list(const std::filesystem::path& file, std::size_t max_bytes,
                            const KeptListWords& words,
                            const std::function<Status(const Value& entry)>& take) {
  const auto text = base::read_file(file, max_bytes);
  if (!text && text.error().code == Errc::not_found) return false;
  if (!text && text.error().code != Errc::limit) return fail(text.error());
  std::string why;
  const auto list = text ? Value::parse(*text, nullptr, false) : Value();
  if (!text)
    why = text.error().message;
  else if (!list.is_array())
    why = "it is no list in JSON";
  std::size_t refused = 0;
  std::size_t number = 0;
  for (const auto& entry : why.empty() ? list : Value::array()) {
    ++number;
    if (auto taken = take(entry); !taken && refused++ == 0)
      why = fmt::format("the first is entry {}: {}", number, taken.error().message);
  }
  if (refused > 0) why = fmt::format("{} of {} entries: {}", refused, list.size(), why);
  if (why.empty()) return false;
  (void)base::keep_aside(file, {words.what, words.then, why});
  return true;
}

Status write_kept_list(const std::filesystem::path& file, std::size_t max_bytes,
                       std::string_view text) {
  constexpr mode_t kOwnersAlone = 0600;
  if (text.size() > max_bytes)
    return fail(Errc::limit, fmt::format("{} would have {} bytes; the limit is {}, so it stays as "
                                         "it was",
                                         file.string(), text.size(), max_bytes));
  return base::write_file(file, text, kOwnersAlone);
}

}  // namespace muster::provision
