#include "orchestrator/cli/completion/scripts.hpp"

namespace muster::cli {

std::string_view bash_script() {
  return R"sh(# bash completion for muster: source <(muster completion bash)
_muster() {
  local answer
  mapfile -t answer < <("$1" complete --bash "$COMP_WORDBREAKS" -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  COMPREPLY=("${answer[@]:1}")
  case "${answer[0]}" in
    files) compopt -o default ;;
    joined) compopt -o nospace ;;
  esac
}
complete -F _muster muster
)sh";
}

std::string_view zsh_script() {
  return R"sh(#compdef muster
# zsh completion for muster: source <(muster completion zsh), or a file _muster in $fpath
_muster() {
  local -a answer items
  local line text help
  answer=("${(@f)$("${(Q)words[1]}" complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "${(@)answer[2,-1]}"; do
    text=${line%%$'\t'*} help=${line#*$'\t'}
    items+=("${text//:/\\:}${help:+:$help}")
  done
  if (( ${#items} )); then
    if [[ $answer[1] == joined ]]; then
      _describe muster items -S ''
    else
      _describe muster items
    fi
  fi
  if [[ $answer[1] == files ]]; then _files; fi
}
if [[ ${funcstack[1]-} == _muster ]]; then
  _muster "$@"
elif (( $+functions[compdef] )); then
  compdef _muster muster
fi
)sh";
}

}  // namespace muster::cli
