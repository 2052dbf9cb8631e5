#include "proto/ddl/format.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"

namespace muster::ddl {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Format> read() {
    if (text_.size() > kFormatMaxBytes)
      return fail(Errc::invalid_data, fmt::format("format has {} bytes; the limit is {}",
                                                  text_.size(), kFormatMaxBytes));
    Format format;
    std::string literal;
    while (at_ < text_.size()) {
      if (text_[at_] != '%') {
        literal += text_[at_++];
      } else if (text_.substr(at_, 2) == "%%") {
        literal += '%';
        at_ += 2;
      } else {
        MUSTER_ASSIGN(auto directive, read_directive());
        directive.before = std::move(literal);
        literal.clear();
        format.directives.push_back(std::move(directive));
      }
    }
    format.after = std::move(literal);
    return format;
  }

 private:
  Result<Directive> read_directive() {
    const std::size_t start = at_++;
    Directive directive;
    for (; at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '0'); ++at_)
      (text_[at_] == '-' ? directive.left : directive.zeros) = true;
    MUSTER_ASSIGN(directive.width, read_number(start, kFormatMaxWidth, "width"));
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      MUSTER_ASSIGN(directive.precision, read_number(start, kFormatMaxPrecision, "precision"));
    }
    const char conversion = at_ < text_.size() ? text_[at_++] : '\0';
    if (conversion != 's' && conversion != 'd' && conversion != 'f')
      return wrong(start, "only %s, %d, %f and %% are known");
    directive.conversion = conversion;
    if (conversion == 'd' && directive.precision) return wrong(start, "%d takes no precision");
    if (conversion == 's' && directive.zeros) return wrong(start, "%s takes no '0'");
    return directive;
  }

  Result<std::size_t> read_number(std::size_t start, std::size_t most, std::string_view what) {
    std::size_t number = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      number = number * 10 + static_cast<std::size_t>(text_[at_] - '0');
      if (number > most) return wrong(start, fmt::format("the {} is at most {}", what, most));
    }
    return number;
  }

  tl::unexpected<Error> wrong(std::size_t start, std::string_view why) const {
    return fail(Errc::invalid_data,
                fmt::format("format {}: {} at column {}: {}", base::quoted(text_),
                            base::quoted(text_.substr(start, at_ - start)), start + 1, why));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Format> parse_format(std::string_view text) {
  return Reader(text).read();
}

}  // namespace muster::ddl
