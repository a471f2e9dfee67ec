# Completes the command `explainer` in bash, version 4 or later. `explainer completion bash` prints it.

_explainer_completion() {
    local line kind value i word=$COMP_CWORD
    local -a words=()
    # Bash splits `--article=x` into three words. Drop the `=`, as if a space were typed instead.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        if [[ ${COMP_WORDS[i]} == = && $i -lt $COMP_CWORD ]]; then
            ((word--))
        else
            words+=("${COMP_WORDS[i]}")
        fi
    done
    COMPREPLY=()
    while IFS= read -r line; do
        kind=${line%%,*}
        value=${line#*,}
        case $kind in
            plain)
                printf -v value %q "$value"
                COMPREPLY+=("$value")
                ;;
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
        esac
    done < <(
        IFS=$'\n'
        env COMP_WORDS="${words[*]}" COMP_CWORD="$word" _EXPLAINER_COMPLETE=bash_complete \
            "$1" 2>/dev/null
    )
}

if [[ ${BASH_VERSINFO[0]:-0} -ge 4 ]]; then
    complete -o nosort -F _explainer_completion explainer 2>/dev/null ||
        complete -F _explainer_completion explainer
fi
