"""What would be published where, and whether it may be: all that can be known before the build."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from explainer.model.scalars import Url
from explainer.model.settings import Settings
from explainer.publish.git import Git, PublishError
from explainer.site.load import SETTINGS, STATIC
from explainer.support.cache import FOLDER

CNAME, NOJEKYLL = "CNAME", ".nojekyll"
"""Files that GitHub Pages acts on: the site's domain; and that Jekyll is not to be run."""

_HOST = re.compile(r"(?!-)[\w-]+(?:\.[\w-]+)+", re.ASCII)
_GITHUB = re.compile(
    r"(?:(?:https|ssh|git)://(?:[^/@]*@)?|[^/@:]+@)(?:www\.)?github\.com(?::\d+/|[:/])"
    r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOptions:
    """Options of the command line."""

    remote: str | None = None
    """A remote's name; by default `origin`, or the only one there is."""
    branch: str | None = None
    """In place of site.toml's."""
    message: str | None = None
    """The commit's; by default it names the commit that the site was built from."""
    allow_dirty: bool = False
    """Publish what is not committed, too."""
    allow_detached: bool = False
    """Publish even if no branch is checked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is going to be published where."""

    git: Git
    """Runs git in the site's folder, which may be anywhere in the repository."""
    remote: str
    """The remote's name."""
    branch: str
    """The branch to publish to, without `refs/heads/`."""
    tip: str | None
    """The commit that the branch has at the remote; None if there is no such branch yet."""
    cname: str | None
    """The site's domain, if it has one of its own."""
    url: Url | None
    """The address to build for, if one is known."""
    source: str
    """What the site is built from, in words: a branch and its commit."""
    message: str
    """The commit's message."""
    notes: tuple[str, ...]
    """What the author should know about it."""

    def lines(self) -> Iterator[str]:
        """What is going to be done, in words."""
        onto = f"on top of {self.tip[:10]}" if self.tip else "which does not exist yet"
        yield f"  from   {self.source}"
        yield f"  to     {self.branch} on {self.remote}, {onto}"
        if self.url:
            yield f"  for    {self.url}"
        yield from (f"  note   {note}" for note in self.notes)


def make_plan(root: Path, settings: Settings, options: PublishOptions) -> Plan:
    """Determine what would be published where. Asks the remote.

    Raises PublishError if it may not be, or cannot.
    """
    git = Git(root)
    prefix = _prefix(git)
    git.identity()
    branch = options.branch or settings.publish.branch
    if branch.startswith("-") or git.run("check-ref-format", f"refs/heads/{branch}").returncode:
        raise PublishError(f"`{branch}` cannot be a branch's name.")
    source = _source(git, branch, options)
    remote = _remote(git, options.remote)
    dirty = _dirty(git, settings.build.output)
    if dirty and not options.allow_dirty:
        raise PublishError(
            "there are changes that are not committed:",
            git="\n".join([*dirty[:8], *([f"and {len(dirty) - 8} more"] if dirty[8:] else [])]),
            hint="Commit them, so that what is published can be had again; or say --allow-dirty.",
        )
    with git.temporary_branch() as temporary:
        tip = git.fetch(remote, branch, temporary)
        if tip:
            _refuse_sources(git, f"{branch} on {remote}", tip, prefix)
        cname, cname_notes = _cname(git, settings.publish.cname, tip)
    url, url_notes = _address(git, settings.url, cname, remote)
    message = options.message or f"Publish the site from {source}"
    dirty_notes = ["changes that are not committed are published, too"] if dirty else []
    if dirty and not options.message:
        message += ", with changes that are not committed"
    return Plan(
        git=git,
        remote=remote,
        branch=branch,
        tip=tip,
        cname=cname,
        url=url,
        source=source,
        message=message,
        notes=(*cname_notes, *dirty_notes, *url_notes),
    )


def _prefix(git: Git) -> str:
    """The site's folder in its repository, with a slash at its end; empty for its root."""
    try:
        inside = git.run("rev-parse", "--show-prefix")
    except FileNotFoundError:
        raise PublishError(
            "git is not installed, or not on the PATH.", hint="https://git-scm.com has it."
        ) from None
    if inside.returncode:
        raise PublishError(
            f"{git.root} is not in a git repository that can be used.",
            git=inside.stderr,
            hint="`git init` makes one; README.md of a new site says how it gets to GitHub.",
        )
    return inside.stdout.rstrip("\n")


_OTHER_BRANCH = (
    "Name a branch that is there for the pages alone, such as gh-pages: with --branch, or as "
    f"`branch` below [publish] in {SETTINGS}."
)


def _refuse_sources(git: Git, branch: str, tip: str, prefix: str) -> None:
    """Raise PublishError unless the remote's branch is for pages, which replace all of its files.

    `prefix`: the site's folder in the repository, with a slash at its end; empty for its root.
    """

    def has(name: str) -> bool:
        return not git.run("cat-file", "-e", f"{tip}:{name}").returncode

    if has(prefix + SETTINGS):
        raise PublishError(
            f"{branch} holds this site's own sources ({SETTINGS} is there).",
            hint=f"Its files would be replaced by the pages. {_OTHER_BRANCH}",
        )
    if not has(NOJEKYLL) and not git.run("merge-base", "HEAD", tip).returncode:
        raise PublishError(
            f"{branch} has a history in common with what is checked out: it is no branch of pages.",
            hint=f"Its files would be replaced by them. {_OTHER_BRANCH} If it is there for them, "
            f"commit an empty file {NOJEKYLL} to it.",
        )


def _source(git: Git, branch: str, options: PublishOptions) -> str:
    """What is checked out, in words: `main at 1a2b3c4`."""
    head = git.line("rev-parse", "--verify", "--quiet", "--short", "HEAD")
    current = git.line("symbolic-ref", "--quiet", "--short", "HEAD")
    if current == branch:
        raise PublishError(
            f"{branch} is the branch that is checked out.",
            hint=f"It holds what the site is made from. {_OTHER_BRANCH}",
        )
    if not current and not options.allow_detached:
        raise PublishError(
            f"no branch is checked out (HEAD is detached, at {head}): this may be an old state.",
            hint="`git switch main` goes back to a branch; --allow-detached publishes this state.",
        )
    if not head:
        return f"{current}, which has no commit yet"
    return f"{current} at {head}" if current else head


def _remote(git: Git, wanted: str | None) -> str:
    names = git.run("remote").stdout.split()
    if not names:
        raise PublishError(
            "the repository has no remote to publish to.",
            hint="git remote add origin https://github.com/YOU/REPOSITORY.git",
        )
    if wanted is None:
        wanted = "origin" if "origin" in names or len(names) > 1 else names[0]
    if wanted not in names:
        raise PublishError(
            f"the repository has no remote `{wanted}`.",
            hint=f"It has {', '.join(names)}: name one with --remote.",
        )
    return wanted


def _dirty(git: Git, output: str) -> list[str]:
    """What is not committed of the site's folder, as git puts it; what we make does not count."""
    made = [FOLDER]
    folder, site = (git.root / output).resolve(), git.root.resolve()
    if folder.is_relative_to(site) and folder != site:
        made.append(folder.relative_to(site).as_posix())
    # -z: names as they are. Without optional locks not even the index's times are refreshed.
    return git.fields(
        *("--no-optional-locks", "status", "--porcelain=v1", "-z"),
        *("--untracked-files=all", "--no-renames"),
        *("--", ".", *(f":(exclude,literal){name}" for name in made)),
        why="git cannot say what is committed.",
    )


def _cname(git: Git, wanted: str | None, tip: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The domain to publish for, and notes: site.toml's, static/CNAME's, or what the branch has.

    GitHub writes CNAME into the branch itself when somebody enters a domain in its settings.
    """
    own = git.root / STATIC / CNAME
    try:
        placed = own.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        placed = ""
    if wanted and placed and wanted.lower() != placed.lower():
        raise PublishError(
            f'{SETTINGS} says `cname = "{wanted}"`, and {STATIC}/{CNAME} says `{placed}`.',
            hint="Take one of the two out.",
        )
    own_name = wanted or placed
    name = own_name or cname_of(git, tip)
    if name and not _HOST.fullmatch(name):
        raise PublishError(
            f"the domain `{name}` is none.",
            hint="`cname` is a host's name alone, such as www.example.org.",
        )
    stays = f"{CNAME} stays as it is on the branch: {name}"
    return name or None, (stays,) if name and not own_name else ()


def cname_of(git: Git, tip: str | None) -> str:
    """The domain that a commit of the branch names, or an empty string."""
    return git.line("cat-file", "blob", f"{tip}:{CNAME}") if tip else ""


def _address(
    git: Git, url: Url | None, cname: str | None, remote: str
) -> tuple[Url | None, tuple[str, ...]]:
    """The address to build for, and notes."""
    if url and cname and urlsplit(url).hostname != cname.lower():
        return url, (f"`url` in {SETTINGS} is {url}, but the site's domain is {cname}",)
    own = url or (Url(f"https://{cname}/") if cname else None)
    if address := own or pages_address(git.line("remote", "get-url", remote)):
        return address, ()
    lacks = "feeds will not work everywhere, and search engines get no addresses"
    return None, (f"{SETTINGS} has no `url`: {lacks}",)


def pages_address(remote: str) -> Url | None:
    """Where GitHub serves the pages of a repository, by its remote's address.

    A repository NAME of OWNER is at https://OWNER.github.io/NAME/, and OWNER.github.io itself at
    https://OWNER.github.io/ (docs.github.com, "About GitHub Pages").
    """
    match = _GITHUB.fullmatch(remote)
    if match is None:
        return None
    host = f"{match['owner'].lower()}.github.io"
    path = "" if match["name"].lower() == host else f"{match['name']}/"
    return Url(f"https://{host}/{path}")
