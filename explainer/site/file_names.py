"""What the name of a file or folder says: never published, a backup, or the source of a page."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from explainer.support.patterns import later

_SYSTEM = frozenset(
    {
        *(".ds_store", ".localized", ".spotlight-v100", ".trashes", ".fseventsd", "__macosx"),
        *("thumbs.db", "ehthumbs.db", "desktop.ini", "$recycle.bin", ".directory", "icon\r"),
    }
)
"""Files and folders of operating systems, in lower case."""
_BACKUP = later(
    r".*~|#.*#|.*\.(?:orig|bak\d*|backup|rej|te?mp|sw[nopx]|kate-swp)|~\$.*|4913"
    r"|\.#.*|\..*\.sw[a-z]|\.goutputstream-.*|\.~lock\..*#|\.nfs[0-9a-f]{8,}|\.fuse_hidden.*"
    r"|.*___jb_(?:tmp|old)___|.*\.(?:crdownload|part|partial)"
    r"|.*\.(?:md|ya?ml|toml)(?:,v|\.(?:r?\d+|old|new|save(?:\.\d+)?|bkp?|asv|mine|theirs))"
    r"|.*\.(?:bak|orig|backup)\.(?:md|ya?ml)"
    r"|.*[._](?-i:BACKUP|BASE|LOCAL|REMOTE)[._]\d+\.(?:md|ya?ml|toml)"  # of `git mergetool`
    r"|.*[ (]conflicted copy(?: .*)?\)(?:\..*)?|.*\.sync-conflict-\d{8}-.*|.*_conflict-\d{8}-.*"
    r"|.*\((?:Case|Selective Sync|Unicode Encoding|Whitespace) Conflict.*|.*\(SFConflict .*",
    re.IGNORECASE,
)
"""Backups, locks, and unfinished files of editors, browsers, and version control. Also the copies
that Dropbox, Nextcloud, Syncthing, and Seafile make if a file was changed in two places."""
_STORE_OF_KEYS = later(r".*\.(?:p12|pfx|jks|keystore|kdbx)", re.IGNORECASE)
_MAY_BE_KEY = later(r".*\.(?:pem|key|p8|ppk)|id_\w+", re.IGNORECASE)
_KEY = later(rb"PRIVATE KEY-----|PuTTY-User-Key-File")
_SERVED = frozenset({".well-known", ".nojekyll", ".htaccess", ".domains"})
"""Hidden names that web servers and hosts look for."""
_TOOLS = frozenset(
    {
        *(".git", ".gitignore", ".gitkeep", ".gitattributes", ".gitmodules", ".keep"),
        *(".hg", ".svn", "__pycache__"),
        *(".obsidian", ".trash", ".vscode", ".idea", ".editorconfig", ".ipynb_checkpoints"),
        *(".prettierrc", ".prettierignore", ".explainer", ".stfolder", ".stversions", ".stignore"),
    }
)
"""Names of version control, editors, and synchronization: nobody expects them on a site."""
_FOREIGN = later(
    r".*\.(?:markdown|mdown|mdwn|mdtxt|mdtext|mkdn?|[qr]md|mdx|rst|adoc|asciidoc|org|textile"
    r"|mediawiki|dj|md\.txt|md)",
    re.IGNORECASE,
)
"""Sources of pages of other generators, and `.md` in capitals or with an ending that is hidden."""
_PAGE = later(r".*\.(?:md|ya?ml|txt)", re.IGNORECASE)


def is_system(name: str) -> bool:
    """Whether operating systems create such a file, so that its author may never have seen it."""
    return name.casefold() in _SYSTEM or name.startswith("._")


def is_backup(name: str) -> bool:
    """Whether a program leaves such a file behind: a backup, a lock, a copy."""
    return _BACKUP.fullmatch(name) is not None


def is_private_key(file: str) -> bool:
    """Whether a regular file holds a private key, by its name or its beginning. Raises OSError."""
    name = posixpath.basename(file)
    if _MAY_BE_KEY.fullmatch(name) is None:
        return _STORE_OF_KEYS.fullmatch(name) is not None
    with Path(file).open("rb") as opened:
        return _KEY.search(opened.read(4096)) is not None


def is_litter(name: str) -> bool:
    """Whether a file is not what authors write: a system's, or a backup."""
    return is_system(name) or is_backup(name)


def is_served(name: str) -> bool:
    """Whether a name is not hidden, or hidden files of this name belong to a published site."""
    return not name.startswith(".") or is_for_hosts(name)


def is_for_hosts(name: str) -> bool:
    """Whether web servers and hosts look for a hidden file of this name."""
    return name in _SERVED


def is_of_a_tool(name: str) -> bool:
    """Whether a name is that of a tool's own file, such as `.gitignore`."""
    return name.casefold() in _TOOLS


def is_left_out(name: str, *, in_content: bool) -> bool:
    """Whether its name keeps a file or folder off the site, in content/ or in another folder."""
    if is_litter(name) or is_of_a_tool(name):
        return True
    return name.startswith(("_", ".")) if in_content else not is_served(name)


def is_foreign(name: str) -> bool:
    """Whether a file is a page for another generator, or nearly one for this: `x.qmd`, `x.MD`."""
    return not name.endswith(".md") and _FOREIGN.fullmatch(name) is not None


def is_like_a_page(name: str) -> bool:
    """Whether a file looks like an article or an annotation file, of explainer or another tool."""
    return bool(_PAGE.fullmatch(name) or _FOREIGN.fullmatch(name))
