"""What shells complete of the command `explainer`: their scripts, and names of a site's articles.

click answers what could follow the words of a command line when `_EXPLAINER_COMPLETE` is set (its
manual, "Shell Completion"); the scripts beside this file ask it. click's own would do so too, but
print errors at a prompt: in the bash of macOS, in zsh before `compinit`, after an uninstallation.
"""
