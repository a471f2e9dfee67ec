#compdef explainer
# Completes the command `explainer` in zsh. `explainer completion zsh` prints it.

_explainer() {
    local kind value about
    local -a answer values described
    answer=("${(@f)$(COMP_WORDS="${(F)words}" COMP_CWORD=$((CURRENT - 1)) \
        _EXPLAINER_COMPLETE=zsh_complete ${(Q)words[1]} 2>/dev/null)}")
    for kind value about in "${(@)answer}"; do
        case $kind in
            plain)
                if [[ $about == _ ]]; then
                    values+=("$value")
                else
                    described+=("$value:$about")
                fi
                ;;
            dir) _path_files -/ ;;
            file) _path_files -f ;;
        esac
    done
    (( $#described )) && _describe -V explainer described -U
    (( $#values )) && compadd -U -V explainer -a values
    return 0
}

if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
    _explainer "$@"
elif (( $+functions[compdef] )); then # not before `compinit`
    compdef _explainer explainer
fi
