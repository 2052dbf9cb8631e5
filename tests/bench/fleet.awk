# What commands take over the number of nodes, both axes logarithmic. For `tests/bench/plot fleet`: command, nodes, milliseconds.
function log10(n) { return log(n) / log(10) }
function x(nodes) { return left + (log10(nodes) - log10(least_nodes)) / (log10(most_nodes) - log10(least_nodes)) * width }
function y(ms) { return top + height - (log10(ms) - low) / (high - low) * height }
function text(at_x, at_y, anchor, words) {
  printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", at_x, at_y, anchor, words
}
function floor(n) { return n < int(n) ? int(n) - 1 : int(n) }
BEGIN {
  left = 60; top = 20; width = 620; height = 280
  split("#1b6ca8 #b03a2e #2e8b57 #7d6608 #777777", colours, " ")
}
{
  if (!($1 in seen)) { seen[$1] = ++names; name[names] = $1 }
  at = $1 SUBSEP $2
  if (!(at in ms)) { count[$1]++; nodes[$1, count[$1]] = $2 }
  ms[$1, $2] = $3
  if (!least_nodes || $2 < least_nodes) least_nodes = $2
  if ($2 > most_nodes) most_nodes = $2
  if (!least_ms || $3 < least_ms) least_ms = $3
  if ($3 > most_ms) most_ms = $3
}
END {
  if (least_nodes == most_nodes) { print "one size is no curve: measure at least two" >"/dev/stderr"; exit 2 }
  low = floor(log10(least_ms)); high = -floor(-log10(most_ms))
  print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 460\" font-family=\"sans-serif\" font-size=\"12\">"
  print "<rect width=\"720\" height=\"460\" fill=\"white\"/>"
  for (power = low; power <= high; power++) {
    printf "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n", left, left + width, y(10 ^ power), y(10 ^ power)
    text(left - 6, y(10 ^ power) + 4, "end", 10 ^ power)
  }
  for (i = 1; i <= count[name[1]]; i++) text(x(nodes[name[1], i]), top + height + 18, "middle", nodes[name[1], i])
  text(left, top - 6, "start", "milliseconds, the whole command")
  text(left + width, top + height + 36, "end", "nodes")
  for (i = 1; i <= names; i++) {
    n = name[i]
    printf "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" points=\"", colours[i]
    for (p = 1; p <= count[n]; p++) printf "%.1f,%.1f ", x(nodes[n, p]), y(ms[n, nodes[n, p]])
    print "\"/>"
    printf "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"4\" fill=\"%s\"/>\n", left, 350 + i * 18 - 5, colours[i]
    text(left + 20, 350 + i * 18, "start", n)
  }
  print "</svg>"
}
