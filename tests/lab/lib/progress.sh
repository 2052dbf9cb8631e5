# shellcheck shell=bash
# How far the task under way is and how long it may still take, as its log tells: ninja's "[12/207]", and what apt writes
# to its status descriptor. Times are milliseconds since the task began.

readonly PROGRESS_SILENT_MS=10000  # no estimate before: the first steps say little
readonly PROGRESS_SILENT_PART=20   # nor before one in so many steps is done
readonly PROGRESS_DRAWN_MS=10000   # how slowly what is shown follows the estimate

# progress_start: a task begins.
progress_start() {
  PROGRESS_TEXT=''  # for people; empty while nothing is known
  PROGRESS_FIRST_MS='' PROGRESS_FIRST='' PROGRESS_LEFT_MS='' PROGRESS_LOOKED_MS=0 PROGRESS_SHOWN_S=''
}

# progress_look LOG NOW: reads LOG anew and sets PROGRESS_TEXT.
progress_look() {
  local last steps
  last=$(tail -c 16384 "$1" 2>/dev/null | grep -aoE '^(\[[0-9]+/[0-9]+\]|(dl|pm)status:.*)' | tail -n 1) || return 0
  case $last in
    \[*)
      steps=${last//[][]/}
      progress_steps "${steps%/*}" "${steps#*/}" "$2"
      ;;
    *status:*) progress_apt "$last" ;;
  esac
}

# progress_steps DONE ALL NOW
progress_steps() {
  [[ $PROGRESS_FIRST_MS ]] || PROGRESS_FIRST_MS=$3 PROGRESS_FIRST=$1
  PROGRESS_TEXT="compiling $1 of $2"
  progress_estimate "$@"
  [[ ! $PROGRESS_LEFT_MS ]] || (($1 == $2)) || PROGRESS_TEXT+=", $(progress_words "$PROGRESS_SHOWN_S") left"
}

# progress_estimate DONE ALL NOW: the rest as fast as what is done. Steps differ and machines have other work, so what is
# shown is drawn towards that and does not jump with it.
progress_estimate() {
  local done=$(($1 - PROGRESS_FIRST)) took=$(($3 - PROGRESS_FIRST_MS)) since=$(($3 - PROGRESS_LOOKED_MS)) estimate
  PROGRESS_LOOKED_MS=$3
  ((took >= PROGRESS_SILENT_MS && done > 0 && done * PROGRESS_SILENT_PART >= $2)) || return 0
  estimate=$((took * ($2 - $1) / done))
  if [[ ! $PROGRESS_LEFT_MS ]]; then
    PROGRESS_LEFT_MS=$estimate
  else
    ((since <= PROGRESS_DRAWN_MS)) || since=$PROGRESS_DRAWN_MS
    PROGRESS_LEFT_MS=$((PROGRESS_LEFT_MS - since))
    PROGRESS_LEFT_MS=$((PROGRESS_LEFT_MS + (estimate - PROGRESS_LEFT_MS) * since / PROGRESS_DRAWN_MS))
  fi
  progress_round
}

# Seconds in steps that are sensible for their size; the one that is shown stays until another is clearly nearer.
progress_round() {
  local left=$((PROGRESS_LEFT_MS / 1000)) step=5 off
  ((left < 20)) || step=10
  ((left < 75)) || step=60
  if [[ $PROGRESS_SHOWN_S ]]; then
    off=$((left - PROGRESS_SHOWN_S))
    ((4 * ${off#-} > 3 * step)) || return 0
  fi
  PROGRESS_SHOWN_S=$(((left + step / 2) / step * step))
}

# progress_words SECONDS
progress_words() {
  if (($1 <= 5)); then
    printf 'a few seconds'
  elif (($1 < 60)); then
    printf 'about %d s' "$1"
  else
    printf 'about %d min' $((($1 + 30) / 60))
  fi
}

# progress_apt LINE: "dlstatus:12:38.7:Retrieving file 12 of 31 (4s remaining)", "pmstatus:cmake:45.6:Unpacking cmake".
progress_apt() {
  local kind name percent text
  IFS=: read -r kind name percent text <<<"$1"
  if [[ $text =~ file\ ([0-9]+)\ of\ ([0-9]+) ]]; then
    PROGRESS_TEXT="downloading package ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
  elif [[ $kind == pmstatus && $name != dpkg-exec ]]; then
    PROGRESS_TEXT="installing ${name%%:*}, ${percent%%.*} %"
  fi
}
