"""Decide before the build what to publish where, and whether that is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from explainer.model.scalars import SiteUrl
from explainer.model.settings import Settings
from explainer.publish.git import Git, PublishError
from explainer.site.load import SETTINGS, STATIC
from explainer.support.cache import FOLDER
from explainer.support.files import read_file
from explainer.support.values import dataclass

SOURCE = "Source-Commit"
"""The line of a commit message that names the commit that the pages were built from."""
CNAME, NOJEKYLL = "CNAME", ".nojekyll"
"""Files for GitHub Pages: the site's domain, and a marker that turns off Jekyll."""

_HOST = re.compile(r"(?!-)[\w-]+(?:\.[\w-]+)+", re.ASCII)
_GITHUB = re.compile(
    r"(?:(?:https|ssh|git)://(?:[^/@]*@)?|[^/@:]+@)(?:www\.)?github\.com(?::\d+/|[:/])"
    r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishOptions:
    """Options of `explainer publish`."""

    remote: str | None = None
    """The remote's name; by default `origin` or the only remote."""
    branch: str | None = None
    """The branch to publish to; by default the one in site.toml."""
    message: str | None = None
    """The commit message; by default it names the commit that the site was built from."""
    allow_dirty: bool = False
    """Whether to publish uncommitted changes too."""
    allow_detached: bool = False
    """Whether to publish even if no branch is checked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to publish, and where."""

    git: Git
    """Runs git in the site's folder, which can be anywhere in the repository."""
    remote: str
    """The remote's name."""
    branch: str
    """The branch to publish to, without `refs/heads/`."""
    tip: str | None
    """The branch's commit on the remote, or None if the branch does not exist yet."""
    cname: str | None
    """The site's custom domain, if it has one."""
    url: SiteUrl | None
    """The address to build for, if known."""
    source: str
    """The branch and commit that the site is built from, as text."""
    message: str
    """The commit message."""
    notes: tuple[str, ...]
    """Notes to the author."""

    def lines(self) -> Iterator[str]:
        """Describe the plan for the terminal."""
        onto = f"on top of {self.tip[:10]}" if self.tip else "which does not exist yet"
        yield f"  from   {self.source}"
        yield f"  to     {self.branch} on {self.remote}, {onto}"
        if self.url:
            yield f"  for    {self.url}"
        yield from (f"  note   {note}" for note in self.notes)


def make_plan(root: Path, settings: Settings, options: PublishOptions) -> Plan:
    """Plan what to publish where. Contacts the remote.

    Raises PublishError if the site cannot or must not be published.
    """
    git = Git(root)
    prefix = _prefix(git)
    git.identity()
    branch = options.branch or settings.publish.branch
    _check_name(git, branch)
    source = _source(git, branch, options)
    remote = _remote(git, options.remote)
    dirty = _dirty(git, settings.build.output)
    if dirty and not options.allow_dirty:
        raise PublishError(
            "there are uncommitted changes:",
            git="\n".join([*dirty[:8], *([f"and {len(dirty) - 8} more"] if dirty[8:] else [])]),
            hint="Commit them so that the published site can be reproduced, or use --allow-dirty.",
        )
    with git.temporary_branch() as temporary:
        tip = git.fetch(remote, branch, temporary)
        if tip:
            _refuse_sources(git, f"{branch} on {remote}", tip, prefix)
        cname, cname_notes = _cname(git, settings.publish.cname, tip)
    url, url_notes = _address(git, settings.url, cname, remote)
    message = options.message or f"Publish the site from {source}"
    dirty_notes = ["uncommitted changes are published too"] if dirty else []
    if dirty and not options.message:
        message += ", with uncommitted changes"
    if head := git.line("rev-parse", "--verify", "--quiet", "HEAD"):
        message = f"{message.rstrip()}\n\n{SOURCE}: {head}"
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


def _check_name(git: Git, branch: str) -> None:
    """Raise PublishError unless a name can only mean a branch of the remote."""
    wrong = f"`{branch}` is not a valid branch name."
    remotes = "|".join(map(re.escape, git.line("remote").split())) or "(?!)"
    if full := re.match(rf"(?:refs/)?(?:heads/|(?:remotes/)?(?:{remotes})/)|refs/", branch):
        name = branch[full.end() :]
        raise PublishError(wrong, hint=f"Use the name alone, such as `{name or 'gh-pages'}`.")
    # `--branch` also takes what stands for another branch, such as `@{-1}`: it prints that name.
    read = "" if branch.startswith("-") else git.line("check-ref-format", "--branch", branch)
    if not read or read != branch or branch.casefold() in ("head", "@"):
        raise PublishError(wrong, hint="Choose another, such as gh-pages.")


def _prefix(git: Git) -> str:
    """Return the site's folder in its repository, with a trailing slash; empty for the root."""
    try:
        inside = git.run("rev-parse", "--show-prefix")
    except FileNotFoundError:
        raise PublishError(
            "git is not installed or not on the PATH.",
            hint="Install it from https://git-scm.com.",
        ) from None
    if inside.returncode:
        raise PublishError(
            f"{git.root} is not in a usable git repository.",
            git=inside.stderr,
            hint="Create one with `git init`; README.md of a new site explains how to push it.",
        )
    return inside.stdout.rstrip("\n")


_OTHER_BRANCH = (
    "Choose a branch that holds only the pages, such as gh-pages, with --branch or with "
    f"`branch` under [publish] in {SETTINGS}."
)


def _refuse_sources(git: Git, branch: str, tip: str, prefix: str) -> None:
    """Raise PublishError unless the remote's branch is for pages, which replace all of its files.

    `prefix` is the site's folder in the repository, with a trailing slash; empty for the root.
    """

    def has(name: str) -> bool:
        return not git.run("cat-file", "-e", f"{tip}:{name}").returncode

    if has(prefix + SETTINGS):
        raise PublishError(
            f"{branch} contains this site's sources, including {SETTINGS}.",
            hint=f"The pages would replace its files. {_OTHER_BRANCH}",
        )
    if not has(NOJEKYLL) and not git.run("merge-base", "HEAD", tip).returncode:
        raise PublishError(
            f"{branch} shares history with the checked-out commit: it is not a branch for pages.",
            hint=f"The pages would replace its files. {_OTHER_BRANCH} If the branch is meant for "
            f"pages, commit an empty file {NOJEKYLL} to it.",
        )


def _source(git: Git, branch: str, options: PublishOptions) -> str:
    """Describe what is checked out: `main at 1a2b3c4`."""
    head = git.line("rev-parse", "--verify", "--quiet", "--short", "HEAD")
    current = git.line("symbolic-ref", "--quiet", "--short", "HEAD")
    if current == branch:
        raise PublishError(
            f"{branch} is the checked-out branch.",
            hint=f"It holds the site's sources. {_OTHER_BRANCH}",
        )
    if not current and not options.allow_detached:
        raise PublishError(
            f"no branch is checked out (HEAD is detached at {head}): the site may be out of date.",
            hint="Return to a branch with `git switch main`, or use --allow-detached to publish "
            "this commit.",
        )
    if not head:
        return f"{current}, which has no commits yet"
    return f"{current} at {head}" if current else head


def _remote(git: Git, name: str | None) -> str:
    names = git.run("remote").stdout.split()
    if not names:
        raise PublishError(
            "the repository has no remote to publish to.",
            hint="Add one: git remote add origin https://github.com/YOU/REPOSITORY.git",
        )
    if name is None:
        name = "origin" if "origin" in names or len(names) > 1 else names[0]
    if name not in names:
        raise PublishError(
            f"the repository has no remote `{name}`.",
            hint=f"Choose one of its remotes with --remote: {', '.join(names)}.",
        )
    return name


def _dirty(git: Git, output: str) -> list[str]:
    """List uncommitted changes in the site's folder, except generated files."""
    generated = [FOLDER]
    folder, site = (git.root / output).resolve(), git.root.resolve()
    if folder.is_relative_to(site) and folder != site:
        generated.append(folder.relative_to(site).as_posix())
    # -z: unquoted names. Without optional locks, git does not refresh the index.
    return git.fields(
        *("--no-optional-locks", "status", "--porcelain=v1", "-z"),
        *("--untracked-files=all", "--no-renames"),
        *("--", ".", *(f":(exclude,literal){name}" for name in generated)),
        why="git could not list uncommitted changes:",
    )


def _cname(git: Git, setting: str | None, tip: str | None) -> tuple[str | None, tuple[str, ...]]:
    """Return the domain from site.toml, static/CNAME, or the branch, and notes.

    GitHub adds CNAME to the branch when somebody enters a domain in the repository's settings.
    """
    own = git.root / STATIC / CNAME
    try:
        placed = read_file(own).decode().strip()
    except (OSError, UnicodeDecodeError):
        placed = ""
    if setting and placed and setting.lower() != placed.lower():
        raise PublishError(
            f'{SETTINGS} sets `cname = "{setting}"`, but {STATIC}/{CNAME} contains `{placed}`.',
            hint="Remove one of the two.",
        )
    own_name = setting or placed
    name = own_name or cname_of(git, tip)
    if name and not _HOST.fullmatch(name):
        raise PublishError(
            f"`{name}` is not a valid domain.",
            hint="Set `cname` to a host name only, such as www.example.org.",
        )
    stays = f"the {CNAME} on the branch is kept: {name}"
    return name or None, (stays,) if name and not own_name else ()


def cname_of(git: Git, tip: str | None) -> str:
    """Return the domain in the CNAME file of a commit, or an empty string."""
    return git.line("cat-file", "blob", f"{tip}:{CNAME}") if tip else ""


def _address(
    git: Git, url: SiteUrl | None, cname: str | None, remote: str
) -> tuple[SiteUrl | None, tuple[str, ...]]:
    """Return the address to build for, and notes."""
    if url and cname and urlsplit(url).hostname != cname.lower():
        return url, (f"`url` in {SETTINGS} is {url}, but the site's domain is {cname}",)
    own = url or (SiteUrl(f"https://{cname}/") if cname else None)
    if address := own or pages_address(git.line("remote", "get-url", remote)):
        return address, ()
    lacks = "some feed readers will not work, and search engines get no addresses"
    return None, (f"{SETTINGS} does not set `url`: {lacks}",)


def pages_address(remote: str) -> SiteUrl | None:
    """Return the address where GitHub Pages serves a repository, from the address of its remote.

    OWNER's repository NAME is at https://OWNER.github.io/NAME/, and the repository OWNER.github.io
    at https://OWNER.github.io/ (docs.github.com, "About GitHub Pages"). None for other hosts.
    """
    match = _GITHUB.fullmatch(remote)
    if match is None:
        return None
    host = f"{match['owner'].lower()}.github.io"
    path = "" if match["name"].lower() == host else f"{match['name']}/"
    return SiteUrl(f"https://{host}/{path}")
