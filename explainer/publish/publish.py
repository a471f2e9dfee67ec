"""A built site to a branch of a git repository: what `explainer publish` does.

    look (before the build) ─► build, strictly, into a folder of its own ─► push

The site becomes one commit on top of what the branch holds at the remote; that is fetched first, so
nothing of it is lost, and nothing is ever forced. The commit is made in the repository's store of
objects by ghp-import, on a branch for the moment: the working tree, the index, the branch that is
checked out and a local branch of the site's name are not touched. ghp-import, alone, would set that
local branch back to the remote's.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from explainer.model.scalars import Url
from explainer.model.settings import Settings
from explainer.output.manifest import MANIFEST
from explainer.site.load import SETTINGS, STATIC
from explainer.support.cache import FOLDER

CNAME, NOJEKYLL = "CNAME", ".nojekyll"
"""Files that GitHub Pages acts on: the site's domain; and that Jekyll is not to be run."""

_TRIES = 3
"""How often a commit is made anew because the remote's branch moved while we built on it."""

_SHOWN = 8
"""How many files of a kind are named."""

_HOST = re.compile(r"(?!-)[\w-]+(?:\.[\w-]+)+", re.ASCII)
_GITHUB = re.compile(
    r"(?:(?:https|ssh|git)://(?:[^/@]*@)?|[^/@:]+@)(?:www\.)?github\.com(?::\d+/|[:/])"
    r"(?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?",
    re.ASCII | re.IGNORECASE,
)
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")


class PublishError(Exception):
    """Why nothing can be published: a message to the author, with git's own words under it."""

    def __init__(self, message: str, *, git: str = "", hint: str = "") -> None:
        words = _CREDENTIALS.sub("", git.strip())
        quoted = "".join(f"\n  {line}" for line in words.splitlines())
        super().__init__(message + quoted + (f"\n{hint}" if hint else ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line asks for."""

    remote: str | None = None
    """A remote's name; `origin`, or the only one there is."""
    branch: str | None = None
    """In place of site.toml's."""
    message: str | None = None
    """The commit's; by default it names the commit that the site was built from."""
    allow_dirty: bool = False
    """Publish what is not committed, too."""
    allow_detached: bool = False
    """Publish though no branch is checked out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is going to be published where: all that can be told before the build."""

    root: Path
    """The site's folder: anywhere in the repository."""
    remote: str
    """The remote's name."""
    branch: str
    """The branch to publish to, without `refs/heads/`."""
    tip: str | None
    """The commit that the branch has at the remote; nothing if there is no such branch yet."""
    cname: str | None
    """The site's domain, where it has one of its own."""
    url: Url | None
    """The address to build for, where one is known."""
    source: str
    """What the site is built from, in words: a branch and its commit."""
    message: str
    """The commit's message."""
    notes: tuple[str, ...]
    """What the author should know of it."""

    def lines(self) -> Iterator[str]:
        """Say what is going to be done."""
        onto = f"on top of {self.tip[:10]}" if self.tip else "which does not exist yet"
        yield f"  from   {self.source}"
        yield f"  to     {self.branch} on {self.remote}, {onto}"
        if self.url:
            yield f"  for    {self.url}"
        yield from (f"  note   {note}" for note in self.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What came of it."""

    commit: str | None
    """The new commit; nothing if the branch holds this site already."""
    tip: str | None
    """The commit it stands on: not the plan's, if the remote's branch moved in the meantime."""
    added: tuple[str, ...]
    """Files that the branch did not have, by path."""
    changed: tuple[str, ...]
    """Files that differ."""
    removed: tuple[str, ...]
    """Files that the site has no longer."""

    def lines(self, plan: Plan, *, dry_run: bool) -> Iterator[str]:
        """Say what was done; or with `dry_run`, what would be."""
        location = f"{plan.branch} on {plan.remote}"
        if self.commit is None:
            yield f"Nothing to publish: {location} holds this site already."
            return
        if self.tip != plan.tip and self.tip:
            yield f"  note   {location} moved in the meantime: on top of {self.tip[:10]}"
        kinds = (("+", self.added), ("~", self.changed), ("-", self.removed))
        for sign, names in kinds if self.tip else ():
            yield from (f"  {sign} {name}" for name in names[:_SHOWN])
            if len(names) > _SHOWN:
                yield f"  {sign} and {len(names) - _SHOWN} more"
        counts = f"{len(self.added)} new, {len(self.changed)} changed, {len(self.removed)} removed"
        if dry_run:
            yield f"Files: {counts}. Nothing was pushed (--dry-run)."
            return
        yield f"Pushed {self.commit[:10]} to {location}. Files: {counts}."
        if self.tip is None:
            yield f"Once, on GitHub: Settings, Pages, deploy from branch: {plan.branch}, / (root)."


# --- before the build ----------------------------------------------------------------------------


def look(root: Path, settings: Settings, wishes: Wishes) -> Plan:
    """See what would be published where, and whether it may be. Asks the remote.

    Raises PublishError where it may not be, or cannot.
    """
    try:
        inside = _run(root, "rev-parse", "--show-prefix")
    except FileNotFoundError:
        raise PublishError(
            "git is not installed, or not on the PATH.", hint="https://git-scm.com has it."
        ) from None
    if inside.returncode:
        raise PublishError(
            f"{root} is not in a git repository that can be used.",
            git=inside.stderr,
            hint="`git init` makes one; README.md of a new site says how it gets to GitHub.",
        )
    _identity(root)
    branch = _branch(root, wishes.branch or settings.publish.branch)
    current = _source(root, branch, wishes)
    remote = _remote(root, wishes.remote)
    dirty = _dirty(root, settings.build.output)
    if dirty and not wishes.allow_dirty:
        raise PublishError(
            "there are changes that are not committed:",
            git="\n".join([*dirty[:8], *([f"and {len(dirty) - 8} more"] if dirty[8:] else [])]),
            hint="Commit them, so that what is published can be had again; or say --allow-dirty.",
        )
    with _scratch(root) as scratch:
        tip = _fetch(root, remote, branch, scratch)
        if tip:
            _refuse_sources(root, f"{branch} on {remote}", tip, inside.stdout.rstrip("\n"))
        cname, notes = _cname(root, settings.publish.cname, tip)
    url, told = _address(root, settings.url, cname, remote)
    message = wishes.message or f"Publish the site from {current}"
    if dirty:
        notes = (*notes, "changes that are not committed are published, too")
        message += "" if wishes.message else ", with changes that are not committed"
    return Plan(
        root=root,
        remote=remote,
        branch=branch,
        tip=tip,
        cname=cname,
        url=url,
        source=current,
        message=message,
        notes=(*notes, *told),
    )


_OTHER_BRANCH = (
    "Name a branch that is there for the pages alone, such as gh-pages: with --branch, or as "
    f"`branch` below [publish] in {SETTINGS}."
)


def _refuse_sources(root: Path, branch: str, tip: str, prefix: str) -> None:
    """See that the remote's branch is there for pages: they will replace all of its files.

    `prefix`: the site's folder in the repository, with a slash at its end, or nothing.
    """

    def has(name: str) -> bool:
        return not _run(root, "cat-file", "-e", f"{tip}:{name}").returncode

    if has(prefix + SETTINGS):
        raise PublishError(
            f"{branch} holds this site's own sources ({SETTINGS} is there).",
            hint=f"Its files would be replaced by the pages. {_OTHER_BRANCH}",
        )
    if not has(NOJEKYLL) and not _run(root, "merge-base", "HEAD", tip).returncode:
        raise PublishError(
            f"{branch} has a history in common with what is checked out: it is no branch of pages.",
            hint=f"Its files would be replaced by them. {_OTHER_BRANCH} If it is there for them, "
            f"commit an empty file {NOJEKYLL} to it.",
        )


def _branch(root: Path, name: str) -> str:
    if name.startswith("-") or _run(root, "check-ref-format", f"refs/heads/{name}").returncode:
        raise PublishError(f"`{name}` cannot be a branch's name.")
    return name


def _source(root: Path, branch: str, wishes: Wishes) -> str:
    """What is checked out, in words: `main at 1a2b3c4`."""
    head = _run(root, "rev-parse", "--verify", "--quiet", "--short", "HEAD").stdout.strip()
    current = _run(root, "symbolic-ref", "--quiet", "--short", "HEAD").stdout.strip()
    if current == branch:
        raise PublishError(
            f"{branch} is the branch that is checked out.",
            hint=f"It holds what the site is made from. {_OTHER_BRANCH}",
        )
    if not current and not wishes.allow_detached:
        raise PublishError(
            f"no branch is checked out (HEAD is detached, at {head}): this may be an old state.",
            hint="`git switch main` goes back to a branch; --allow-detached publishes this state.",
        )
    if not head:
        return f"{current}, which has no commit yet"
    return f"{current} at {head}" if current else head


def _remote(root: Path, wanted: str | None) -> str:
    names = _run(root, "remote").stdout.split()
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


def _dirty(root: Path, output: str) -> list[str]:
    """What is not committed of the site's folder, as git puts it; what we make does not count."""
    made = [FOLDER]
    folder, site = (root / output).resolve(), root.resolve()
    if folder.is_relative_to(site) and folder != site:
        made.append(folder.relative_to(site).as_posix())
    # -z: names as they are. Without optional locks not even the index's times are refreshed.
    told = _must(
        root,
        "--no-optional-locks",
        "status",
        "--porcelain=v1",
        "-z",
        "--untracked-files=all",
        "--no-renames",
        "--",
        ".",
        *(f":(exclude,literal){name}" for name in made),
        why="git cannot say what is committed.",
    )
    return [line for line in told.split("\0") if line]


def _cname(root: Path, wanted: str | None, tip: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The domain to publish for, and notes: site.toml's, static/CNAME's, or what the branch has.

    GitHub writes CNAME into the branch itself when somebody enters a domain in its settings.
    """
    own = root / STATIC / CNAME
    try:
        placed = own.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        placed = ""
    if wanted and placed and wanted.lower() != placed.lower():
        raise PublishError(
            f'{SETTINGS} says `cname = "{wanted}"`, and {STATIC}/{CNAME} says `{placed}`.',
            hint="Take one of the two out.",
        )
    kept = _cname_of(root, tip)
    name = wanted or placed or kept
    if not name:
        return None, ()
    if not _HOST.fullmatch(name):
        raise PublishError(
            f"the domain `{name}` is none.",
            hint="`cname` is a host's name alone, such as www.example.org.",
        )
    if wanted or placed:
        return name, ()
    return name, (f"{CNAME} stays as it is on the branch: {name}",)


def _cname_of(root: Path, tip: str | None) -> str:
    """The domain that a commit of the branch names, or nothing."""
    return "" if tip is None else _run(root, "cat-file", "blob", f"{tip}:{CNAME}").stdout.strip()


def _address(
    root: Path, url: Url | None, cname: str | None, remote: str
) -> tuple[Url | None, tuple[str, ...]]:
    """The address to build for, and notes."""
    if url:
        host = urlsplit(url).hostname or ""
        if cname and host != cname.lower():
            return url, (f"`url` in {SETTINGS} is {url}, but the site's domain is {cname}",)
        return url, ()
    if cname:
        return Url(f"https://{cname}/"), ()
    if address := pages_address(_run(root, "remote", "get-url", remote).stdout.strip()):
        return address, ()
    lacks = "feeds will not work everywhere, and search engines get no addresses"
    return None, (f"{SETTINGS} has no `url`: {lacks}",)


def pages_address(remote: str) -> Url | None:
    """Where GitHub serves the pages of a repository, by its remote's address.

    A repository NAME of OWNER is at https://OWNER.github.io/NAME/, and OWNER.github.io itself at
    https://OWNER.github.io/ (docs.github.com, "About GitHub Pages").
    """
    found = _GITHUB.fullmatch(remote)
    if found is None:
        return None
    host = f"{found['owner'].lower()}.github.io"
    path = "" if found["name"].lower() == host else f"{found['name']}/"
    return Url(f"https://{host}/{path}")


# --- after the build -----------------------------------------------------------------------------


def push(plan: Plan, folder: Path, *, dry_run: bool = False) -> Published:
    """Make a commit of a built site on top of the remote's branch, and push it there.

    `folder`: the output of a build; it gets `.nojekyll` and CNAME. With `dry_run` all is done but
    the push. Raises PublishError, with git's own words, where it cannot be done.
    """
    # What the next build into this folder would need: nothing that readers should get.
    (folder / MANIFEST).unlink(missing_ok=True)
    (folder / NOJEKYLL).touch()
    with _scratch(plan.root) as scratch:
        tip = _fetch(plan.root, plan.remote, plan.branch, scratch)
        for last in (False,) * (_TRIES - 1) + (True,):
            # The branch may have got a domain since we looked.
            if name := plan.cname or _cname_of(plan.root, tip):
                (folder / CNAME).write_text(name + "\n", encoding="utf-8", newline="\n")
            commit = _commit(plan, folder, scratch)
            published = _compare(plan.root, tip, commit)
            if dry_run or published.commit is None:
                return published
            target = f"{commit}:refs/heads/{plan.branch}"
            # This and nothing else is pushed. Git's advice is for working trees: "use git pull".
            advice = ("-c", "advice.pushUpdateRejected=false")
            alone = ("--no-follow-tags", "--recurse-submodules=no")
            done = _run(plan.root, *advice, "push", *alone, plan.remote, target)
            if done.returncode == 0:
                return published
            before, tip = tip, _fetch(plan.root, plan.remote, plan.branch, scratch)
            if tip == before or last:
                raise PublishError(
                    f"git could not push to {plan.branch} on {plan.remote}:", git=done.stderr
                )
    raise AssertionError  # the last try returns, or raises


def _commit(plan: Plan, folder: Path, scratch: str) -> str:
    """Make a commit of a folder on the branch `scratch`; gives its id."""
    name, email = _identity(plan.root)
    # In a process of its own, because it works in the current folder; -P, so that a file of the
    # site's is not taken for a module.
    done = subprocess.run(  # noqa: S603 - no shell, and the options' values are joined to them
        [
            *(sys.executable, "-P", "-m", "ghp_import"),
            f"--branch={scratch}",
            f"--message={plan.message}",
            str(folder),
        ],
        cwd=plan.root,
        env={**os.environ, "GIT_COMMITTER_NAME": name, "GIT_COMMITTER_EMAIL": email},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    commit = _tip_of(plan.root, scratch)
    if done.returncode or commit is None:
        words = done.stderr.partition("Traceback")[0] or done.stderr
        raise PublishError("git could not make a commit of the site:", git=words)
    listed = _must(
        plan.root,
        "ls-tree",
        "--full-tree",
        "-r",
        "-z",
        "--name-only",
        commit,
        why="The commit cannot be read.",
    )
    held = {line for line in listed.split("\0") if line}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if held != there:
        names = "\n".join(sorted(held ^ there)[:8])
        raise PublishError("git cannot hold files of these names:", git=names)
    return commit


def _identity(root: Path) -> tuple[str, str]:
    """Who commits, as git itself would say: settings, environment, or the system's account."""
    told = _run(root, "var", "GIT_COMMITTER_IDENT")
    found = re.match(r"(?P<name>.*) <(?P<email>[^>]*)>", told.stdout)
    if told.returncode or not found:
        raise PublishError("git does not know who commits:", git=told.stderr)
    return found["name"], found["email"]


def _compare(root: Path, tip: str | None, commit: str) -> Published:
    """What a commit changes of the remote's branch."""
    before = [tip] if tip else []
    command = ["diff-tree", "-r", "-z", "--name-status", "--no-renames", "--no-commit-id"]
    command += [*before, commit] if tip else ["--root", commit]
    fields = _must(root, *command, why="The commit cannot be compared.").split("\0")
    names: dict[str, list[str]] = {"A": [], "M": [], "D": []}
    for status, name in zip(fields[::2], fields[1::2], strict=False):
        names["M" if status == "T" else status].append(name)
    return Published(
        commit=commit if tip is None or any(names.values()) else None,
        tip=tip,
        added=tuple(names["A"]),
        changed=tuple(names["M"]),
        removed=tuple(names["D"]),
    )


# --- git -----------------------------------------------------------------------------------------


@contextmanager
def _scratch(root: Path) -> Iterator[str]:
    """Give the name of a branch that nobody has, and take it away in the end."""
    name = f"explainer-publish-{secrets.token_hex(6)}"
    try:
        yield name
    finally:
        _run(root, "update-ref", "-d", f"refs/heads/{name}")


def _fetch(root: Path, remote: str, branch: str, scratch: str) -> str | None:
    """Set the branch `scratch` to the remote's `branch`; gives the commit.

    Nothing, and no branch, where the remote has none. Raises PublishError where it cannot be asked.
    """
    ref = f"refs/heads/{branch}"
    listed = _run(root, "ls-remote", "--exit-code", remote, ref)
    if listed.returncode == 2:  # as --exit-code promises: the remote answered, and has none
        _run(root, "update-ref", "-d", f"refs/heads/{scratch}")
        return None
    if listed.returncode == 0:
        listed = _run(
            root,
            *("fetch", "--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules"),
            *(remote, f"+{ref}:refs/heads/{scratch}"),
        )
    if listed.returncode:
        raise PublishError(f"git could not ask the remote {remote}:", git=listed.stderr)
    return _tip_of(root, scratch)


def _tip_of(root: Path, branch: str) -> str | None:
    told = _run(root, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}^{{commit}}")
    return told.stdout.strip() or None


def _must(root: Path, *arguments: str, why: str) -> str:
    """Run git; gives what it printed, or raises PublishError with its words."""
    done = _run(root, *arguments)
    if done.returncode:
        raise PublishError(why, git=done.stderr)
    return done.stdout


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run git in a folder. Where it must ask for a password it asks the terminal itself."""
    return subprocess.run(  # noqa: S603 - no shell; names that could be options are refused
        ["git", *arguments],  # noqa: S607 - the author's git, wherever it is
        cwd=root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
