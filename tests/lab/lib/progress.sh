# shellcheck shell=bash
# How far the task under way is and how long it may still take, as its log tells: ninja's "[12/207]", what apt writes to
# its status descriptor, and lines "plan [12/207] …", all that ninja will do: with them steps are weighed, without them
# one is as another. Times are milliseconds since the task began.

readonly PROGRESS_SILENT_MS=10000  # no estimate before: the first steps say little
readonly PROGRESS_SILENT_PART=20   # nor before one in so many steps is done
readonly PROGRESS_DRAWN_MS=10000   # how slowly what is shown follows the estimate
readonly PROGRESS_STEP_TOLD_MS=5000   # a step that takes longer shows its age
readonly PROGRESS_STILL_MS=45000   # a number that has not fallen for so long is not told any more

# progress_start: a task begins.
progress_start() {
  PROGRESS_TEXT=''  # for people; empty while nothing is known
  PROGRESS_FIRST_MS='' PROGRESS_FIRST='' PROGRESS_LEFT_MS='' PROGRESS_LOOKED_MS=0 PROGRESS_SHOWN_S=''
  PROGRESS_STEP='' PROGRESS_STEP_MS=0 PROGRESS_DONE=0 PROGRESS_ALL=1 PROGRESS_LEAST_S='' PROGRESS_FELL_MS=0
}

# progress_look LOG NOW: reads LOG anew and sets PROGRESS_TEXT.
progress_look() {
  local last steps
  last=$(tail -c 16384 "$1" 2>/dev/null | grep -aoE '^(\[[0-9]+/[0-9]+\]|(dl|pm)status:.*|-- )' | tail -n 1) || return 0
  case $last in
    \[*)
      steps=${last//[][]/}
      progress_steps "${steps%/*}" "${steps#*/}" "$2" "$1"
      ;;
    *status:*) progress_apt "$last" ;;
    --*) PROGRESS_TEXT=configuring ;;
  esac
}

# progress_steps DONE ALL NOW LOG
progress_steps() {
  [[ $PROGRESS_STEP == "$1/$2" ]] || progress_stepped "$@"
  PROGRESS_TEXT="compiling $1 of $2"
  (($1 < $2)) || return 0
  (($3 - PROGRESS_STEP_MS < PROGRESS_STEP_TOLD_MS)) || PROGRESS_TEXT+=" ($((($3 - PROGRESS_STEP_MS) / 1000)) s)"
  progress_estimate "$PROGRESS_DONE" "$PROGRESS_ALL" "$3"
  progress_tell "$3"
}

# A step has ended. DONE ALL NOW LOG
progress_stepped() {
  local weights
  PROGRESS_STEP=$1/$2 PROGRESS_STEP_MS=$3
  weights=$(progress_weigh "$4")
  read -r PROGRESS_DONE PROGRESS_ALL <<<"${weights:-$1 $2}"
  [[ $PROGRESS_FIRST_MS ]] || PROGRESS_FIRST_MS=$3 PROGRESS_FIRST=$PROGRESS_DONE
}

# progress_weigh LOG: what is done and what there is to do, in about a processor's seconds; nothing without a plan. Batches
# of the great libraries take a minute each, and a link nothing.
progress_weigh() {
  awk 'function weight(step) {
      if (step ~ /muster_(cli|client|provision|(agents|node|operators)_together)\.dir\/Unity/) return 55
      if (step ~ /\/Unity\//) return 22
      if (step ~ /\.gch$/) return 16
      return step ~ /Building CXX/ ? 8 : 1
    }
    /^plan \[[0-9]+\/[0-9]+\] / { all += weight($0) }
    /^\[[0-9]+\/[0-9]+\] / { done += weight($0) }
    END { if (all > 0) print (done < all ? done : all), all }' "$1"
}

# progress_tell NOW: the estimate, as long as it falls.
progress_tell() {
  [[ $PROGRESS_SHOWN_S ]] || return 0
  if [[ ! $PROGRESS_LEAST_S ]] || ((PROGRESS_SHOWN_S < PROGRESS_LEAST_S)); then PROGRESS_FELL_MS=$1; fi
  PROGRESS_LEAST_S=$PROGRESS_SHOWN_S
  if (($1 - PROGRESS_FELL_MS > PROGRESS_STILL_MS)); then
    PROGRESS_TEXT+=", longer than thought"
  else
    PROGRESS_TEXT+=", $(progress_words "$PROGRESS_SHOWN_S") left"
  fi
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
  ((left < 75)) || step=30
  ((left < 600)) || step=60
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
  elif (($1 % 60)); then
    printf 'about %d min %d s' $(($1 / 60)) $(($1 % 60))
  else
    printf 'about %d min' $(($1 / 60))
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
