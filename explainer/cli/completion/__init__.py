"""Shell completion for the command `explainer`: scripts, and names of a site's articles.

When `_EXPLAINER_COMPLETE` is set, click prints what can follow a command line (its manual, "Shell
Completion"). The scripts in this folder call it. click's own scripts do the same, but print errors
at the prompt in the bash of macOS, in zsh before `compinit`, and after explainer is uninstalled.
"""
