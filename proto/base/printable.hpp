// Text from outside made fit to be shown. Every place where Muster writes (logs, terminal, tables,
// JSON, mail, chat, audit) passes what it did not write itself through here, once; tests/tidy
// watches the ways around.
//
// Escaped is what a terminal or a viewer obeys, hides or shows in another order than it stands:
//   - controls: C0 and DEL as "\x1b", C1 as "\u009b";
//   - line and paragraph separators (U+2028, U+2029);
//   - bidirectional marks (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069);
//   - all that Unicode calls default ignorable: zero-width characters, the byte order mark, fillers,
//     variation selectors, tags; interlinear annotation; and code points that are no characters.
//   - bytes that are not UTF-8 (as "\xff"), so that the result is always valid UTF-8.
// Letters of every script stay. A backslash stays as it is: the form is for eyes. Who has to know the
// bytes reads the JSON, which keeps the value.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/value.hpp"

namespace muster::base {

// What becomes of line feeds and tabs. CR LF counts as a line feed; a CR alone is a control.
enum class Lines {
  keep,    // stay: text of many lines, as a program's output
  join,    // become one space each, those at the end go: a table's cell, a header field
  escape,  // become "\n" and "\t": a line of the log, where the value must be seen as it was
};

// `text` as said above. The result is safe to be passed through again, which changes nothing with
// `keep` and `join`. Thread-safe; linear in the length of the text.
std::string printable(std::string_view text, Lines lines = Lines::keep);
// printable(text, Lines::join).
std::string one_line(std::string_view text);
// As Lines::escape, and each character of `marks` (ASCII), which would end a quoted text, gets a
// backslash in front.
std::string printable_quoted(std::string_view text, std::string_view marks);

// JSON with the same rules: such characters stand as \uXXXX (RFC 8259, section 7), so a reader of the
// JSON has the same value. Bytes that are not UTF-8 become U+FFFD: JSON has no other way.
// `indentation` in blanks; negative: on one line. No newline at the end.
std::string json_text(const Value& value, int indentation = -1);

}  // namespace muster::base
