# Completes the command `explainer` in fish. `explainer completion fish` prints it.

function __explainer_complete
    set -l words (commandline -cp)
    set -l program (commandline -opc)[1]
    for line in (env COMP_WORDS="$words" COMP_CWORD=(commandline -ct | string collect -a) \
            _EXPLAINER_COMPLETE=fish_complete $program 2>/dev/null)
        set -l parts (string split -m 1 , -- $line)
        switch $parts[1]
            case plain
                echo $parts[2]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
        end
    end
end

complete --no-files --command explainer --arguments "(__explainer_complete)"
