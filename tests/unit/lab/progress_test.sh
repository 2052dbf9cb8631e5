#!/bin/bash
# What quickstart shows of a build and of an installation of packages, with logs and a clock of our own.
set -euo pipefail
readonly tests=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=../../e2e/assert.sh
. "$tests/e2e/assert.sh"
scratch=$(mktemp -d)
readonly scratch fake=$scratch/log
trap 'rm -rf "$scratch"' EXIT
LAB_OUT=$scratch
task_remember() { :; }
# shellcheck source=../../lab/lib/ui.sh
. "$tests/lab/lib/ui.sh"

# after SECONDS LINE…: the log ends with LINEs at that time.
after() {
  local seconds=$1
  shift
  printf '%s\n' "$@" >>"$fake"
  progress_look "$fake" $((seconds * 1000))
}
begin() {
  : >"$fake"
  progress_start
}

step "the first seconds and the first steps promise nothing"
begin
after 1 "-- Configuring done"
must "cmake comes first" equal "$PROGRESS_TEXT" configuring
after 3 "[2/200] Building CXX object a.o"
must "steps are counted" equal "$PROGRESS_TEXT" "compiling 2 of 200"
after 12 "[100/200] Building CXX object b.o"
must "ten seconds have not passed since the first" equal "$PROGRESS_TEXT" "compiling 100 of 200"
begin
after 1 "[0/200] Building CXX object a.o"
after 60 "[9/200] Building CXX object a.o"
must "less than a twentieth says too little" equal "$PROGRESS_TEXT" "compiling 9 of 200"

step "then comes an estimate, rounded to what is sensible"
begin
after 0 "[0/200] Building CXX object a.o"
after 60 "[50/200] Building CXX object b.o"
must "minutes" equal "$PROGRESS_TEXT" "compiling 50 of 200, about 3 min left"
begin
after 0 "[0/200] Building CXX object a.o"
after 60 "[132/200] b.o" "b.cpp:3: warning: [7/8] is no step" "  [9/10] nor this"
must "the last step counts, not what a compiler prints" equal "$PROGRESS_TEXT" "compiling 132 of 200, about 30 s left"
begin
after 0 "[0/200] Building CXX object a.o"
after 60 "[190/200] b.o"
must "the end" equal "$PROGRESS_TEXT" "compiling 190 of 200, a few seconds left"
after 61 "[200/200] b.o"
must "nothing is left" equal "$PROGRESS_TEXT" "compiling 200 of 200"

step "a steady build is told in few numbers, each less than the one before"
begin
shown=()
for ((second = 0; second <= 200; second++)); do
  after "$second" "[$second/200] Building CXX object a.o"
  [[ $PROGRESS_TEXT != *left* || ${shown[*]: -1} == "$PROGRESS_SHOWN_S" ]] || shown+=("$PROGRESS_SHOWN_S")
done
must "they fall" equal "${shown[*]}" "$(printf '%s\n' "${shown[@]}" | sort -rn | xargs)"
must "they are few" test "${#shown[@]}" -le 14

step "an uneven one does not make it jump: steps come in heaps, half a minute apart"
begin
before='' worst=0
for ((second = 0; second <= 300; second += 2)); do
  after "$second" "[$((second / 30 * 30))/300] Building CXX object a.o"
  if [[ $before && $PROGRESS_SHOWN_S ]]; then
    change=$((PROGRESS_SHOWN_S - before))
    ((${change#-} <= worst)) || worst=${change#-}
  fi
  before=$PROGRESS_SHOWN_S
done
must "no two numbers in a row are more than a minute apart" test "$worst" -le 60

step "steps are weighed where the log has a plan: a batch of a great library costs fifty links"
begin
readonly batch="Building CXX object orchestrator/cli/CMakeFiles/muster_cli.dir/Unity/unity_0_cxx.cxx.o"
after 0 "plan [1/12] $batch"
for ((number = 2; number <= 12; number++)); do after 0 "plan [$number/12] Linking CXX static library $number.a"; done
after 0 "[0/12] nothing yet"
for ((number = 1; number <= 11; number++)); do after $((number * 2)) "[$number/12] Linking CXX static library $number.a"; done
must "eleven of twelve are a sixth" equal "$PROGRESS_TEXT" "compiling 11 of 12, about 2 min left"

step "a step that takes long shows its age, and a number that does not fall is not told any more"
begin
after 0 "[0/100] a.o"
after 40 "[50/100] a.o"
after 44 "nothing"
must "a short one does not" equal "$PROGRESS_TEXT" "compiling 50 of 100, about 40 s left"
for ((second = 45; second <= 200; second++)); do
  after "$second" "nothing"
  still=$PROGRESS_TEXT
done
must "it is older than was thought" equal "$still" "compiling 50 of 100 (160 s), longer than thought"

step "packages: what apt says of itself"
begin
after 1 "Installing 31 Debian packages" "dlstatus:12:38.7:Retrieving file 12 of 31 (4s remaining)"
must "the download" equal "$PROGRESS_TEXT" "downloading package 12 of 31"
after 2 "pmstatus:libpaho-mqtt-dev:45.6522:Unpacking libpaho-mqtt-dev:amd64 (1.3)" "Selecting previously unselected package"
must "the installation" equal "$PROGRESS_TEXT" "installing libpaho-mqtt-dev, 45 %"

step "without a terminal the same comes as a line now and then, and the end as ever"
task() { printf '[3/7] Building CXX object a.o\n'; sleep 1; }
ui_run build "programs" task >"$scratch/shown"
must "nothing but the end where it was quick" equal "$(wc -l <"$scratch/shown")" 1
must "the end" grep -q '^  ✓ build  *programs ' "$scratch/shown"
UI_QUIET_MS=300
ui_run build "programs" task >"$scratch/shown"
must "a line in between" grep -q '^  · build  *compiling 3 of 7 ' "$scratch/shown"
