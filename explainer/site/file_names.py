"""What the name of a file or folder says: never published, a backup, or the source of a page."""

from __future__ import annotations

import re

_SYSTEM = frozenset(
    {
        *(".ds_store", ".localized", ".spotlight-v100", ".trashes", ".fseventsd", "__macosx"),
        *("thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", ".directory", "icon\r"),
    }
)
"""Files and folders of operating systems, in lower case."""
_BACKUP = re.compile(
    r".*~|#.*#|.*\.(?:orig|bak\d*|backup|rej|te?mp|sw[nopx]|kate-swp)|~\$.*|4913"
    r"|\.#.*|\..*\.sw[a-z]|\.goutputstream-.*|\.~lock\..*#|\.nfs[0-9a-f]{8,}|\.fuse_hidden.*"
    r"|.*___jb_(?:tmp|old)___|.*\.(?:md|ya?ml|toml)\.\d+"
    r"|.*_(?-i:BACKUP|BASE|LOCAL|REMOTE)_\d+\.(?:md|ya?ml|toml)",  # of `git mergetool`
    re.IGNORECASE,
)
"""Backups, locks, and unfinished files of vim, Emacs, Kate, JetBrains, Office, patch, and git."""
_SERVED = frozenset({".well-known", ".nojekyll", ".htaccess", ".domains"})
"""Hidden names that web servers and hosts look for."""
_TOOLS = frozenset(
    {
        *(
            ".git",
            ".gitignore",
            ".gitkeep",
            ".keep",
            ".gitattributes",
            ".gitmodules",
            ".hg",
            ".svn",
        ),
        *(".obsidian", ".trash", ".vscode", ".idea", ".editorconfig", ".ipynb_checkpoints"),
        *(".prettierrc", ".prettierignore", ".explainer", ".stfolder", ".stversions", ".stignore"),
    }
)
"""Hidden names of version control, editors, and synchronization: nobody expects them on a site."""
_FOREIGN = re.compile(
    r".*\.(?:markdown|mdown|mdwn|mdtxt|mdtext|mkdn?|[qr]md|mdx|rst|adoc|asciidoc|org|textile"
    r"|mediawiki|dj|md\.txt|md)",
    re.IGNORECASE,
)
"""Sources of pages of other generators, and `.md` in capitals or with an ending that is hidden."""
_PAGE = re.compile(r".*\.(?:md|ya?ml|txt)", re.IGNORECASE)


def is_system(name: str) -> bool:
    """Whether operating systems create such a file, so that its author may never have seen it."""
    return name.casefold() in _SYSTEM or name.startswith("._")


def is_backup(name: str) -> bool:
    """Whether an editor or another tool leaves such a file behind: a backup, a lock, a copy."""
    return _BACKUP.fullmatch(name) is not None


def is_litter(name: str) -> bool:
    """Whether a file is not what authors write: a system's, or a backup."""
    return is_system(name) or is_backup(name)


def is_served(name: str) -> bool:
    """Whether a name is not hidden, or hidden files of this name belong to a published site."""
    return not name.startswith(".") or name in _SERVED


def is_of_a_tool(name: str) -> bool:
    """Whether a hidden name is that of a tool, such as `.gitignore`."""
    return name.casefold() in _TOOLS


def is_foreign(name: str) -> bool:
    """Whether a file is a page for another generator, or nearly one for this: `x.qmd`, `x.MD`."""
    return not name.endswith(".md") and _FOREIGN.fullmatch(name) is not None


def is_like_a_page(name: str) -> bool:
    """Whether a file looks like an article or an annotation file, of explainer or another tool."""
    return bool(_PAGE.fullmatch(name) or _FOREIGN.fullmatch(name))
