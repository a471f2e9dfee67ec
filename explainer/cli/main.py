"""The command line. Each command imports what it uses, so that the others start at once."""

from __future__ import annotations

import io
import os
import shlex
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from explainer import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from click._termui_impl import ProgressBar
    from click.shell_completion import CompletionItem

    from explainer.build.pipeline import BuildOptions, BuildResult, Progress
    from explainer.cli.completion import Shell
    from explainer.exchange.incoming import Format
    from explainer.exchange.site import ExportFormat
    from explainer.model.problems import Problem
    from explainer.model.scalars import Url
    from explainer.model.settings import Settings
    from explainer.parse.json_schema import Kind

DONE, PROBLEMS, USAGE = 0, 1, 2
"""Exit codes (FORMAT.md): done, problems in the content, wrong usage."""


class _Usage(click.ClickException):
    """Something about the call, not the content: exit code 2."""

    exit_code = USAGE


_format = click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How problems are reported. json: one list, on standard output.",
)
_strict = click.option("--strict", is_flag=True, help="Take warnings for errors.")


def _url(context: click.Context, parameter: click.Parameter, value: str | None) -> Url | None:
    from explainer.model.scalars import Url

    try:
        return None if value is None else Url.check(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


class _Commands(click.Group):
    """The commands, for terminals of any character set.

    What a console of code page 1252 cannot show comes escaped, not as a traceback. On the error
    stream Python sees to that by itself.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command line; as click's, of which this is an extension."""
        if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
            sys.stdout.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--site",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The site's folder. [default: the one with site.toml, here or above]",
)
@click.version_option(__version__, prog_name="explainer")
@click.pass_context
def main(context: click.Context, folder: Path | None) -> None:
    """Turn articles and their annotations into pages that show their sources.

    \b
    First steps:
      explainer new my-site      make a site with an annotated article
      cd my-site
      explainer serve --open     show it, and every change
      explainer build            write the pages into _site/
    """  # noqa: D301 - click looks for the character itself
    context.obj = folder


def _root(context: click.Context) -> Path:
    from explainer.site.load import SETTINGS, find_site

    given: Path | None = context.obj
    if given is not None:
        if not (given / SETTINGS).is_file():
            raise _Usage(
                f"there is no {SETTINGS} in {given}. `explainer new {given}` makes a site."
            )
        return given.absolute()
    root = find_site(Path.cwd())
    if root is None:
        raise _Usage(
            f"there is no {SETTINGS} here or in a folder above.\n"
            "Go into a site's folder, name one with --site DIR, or make one: explainer new DIR"
        )
    return root


def _settings(root: Path) -> tuple[Settings, Mapping[str, str]]:
    """What site.toml says, and the texts that problems show lines of; or the end, with problems."""
    from explainer.site.load import settings

    value, texts, problems = settings(root)
    if value is None:
        _report(problems, texts, "text")
        sys.exit(PROBLEMS)
    return value, texts


def _articles(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    """What a shell completes an article by."""
    from click.shell_completion import CompletionItem

    from explainer.cli.completion import articles
    from explainer.site.load import find_site

    try:
        here = Path.cwd()
        root = context.find_root().params.get("folder") or find_site(here)
        return [CompletionItem(name) for name in (articles(root, here, typed) if root else ())]
    except OSError:
        return []


def _genres(_: click.Context, __: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    from typing import get_args

    from click.shell_completion import CompletionItem

    from explainer.model.scalars import Genre

    return [CompletionItem(name) for name in get_args(Genre) if name.startswith(typed)]


# --- add -----------------------------------------------------------------------------------------


@main.command()
@click.argument("title")
@click.option("--folder", metavar="DIR", default="", help="Put it into content/DIR.")
@click.option(
    "--genre",
    metavar="GENRE",
    shell_complete=_genres,
    help="news, analysis, opinion, explainer (if not said), transcript, speech or paper.",
)
@click.pass_context
def add(context: click.Context, title: str, folder: str, genre: str | None) -> None:
    """Add an article, with its annotation file, to the site.

    Its folder and its address follow from TITLE. It is a draft: `serve` shows it, `build` leaves
    it out until the line `draft: true` is taken out.
    """
    from explainer.parse.schema_files import write_schemas
    from explainer.scaffold.scaffold import ScaffoldError, add_article

    root = _root(context)
    try:
        made = add_article(root, title, folder=folder, genre=genre)
        write_schemas(root)
    except ScaffoldError as error:
        raise _Usage(str(error)) from None
    except OSError as error:
        raise _Usage(_unwritable(error, root)) from None
    for path in made:
        click.echo(f"  made   {_shown(path)}")
    click.echo("\nNow write it, and annotate it, while you see it:\n  explainer serve --open")
    click.echo("It is a draft: take the line `draft: true` out to publish it.")


def _shown(path: Path) -> Path:
    """A path as somebody in the current folder would write it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _quoted(path: Path) -> str:
    """A path as a word of a command line."""
    if sys.platform == "win32":  # PowerShell and cmd.exe both take these, and no others
        return f'"{path}"' if " " in str(path) else str(path)
    return shlex.quote(str(path))


def _unwritable(error: OSError, place: Path | None) -> str:
    return f"{error.filename or place} cannot be written: {error.strerror}."


# --- new -----------------------------------------------------------------------------------------


class _NewFolder(click.Path):
    """A folder that is named: not what is left of a variable that is not set."""

    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        if not os.fspath(value):
            self.fail("it is empty. For the current folder, say `.`", param, ctx)
        return super().convert(value, param, ctx)


@main.command()
@click.argument("folder", type=_NewFolder(path_type=Path, file_okay=False), metavar="DIR")
def new(folder: Path) -> None:
    """Make a site in DIR that builds as it stands.

    It holds an annotated article to start from, settings, and a workflow that publishes it on
    GitHub Pages. Files that exist are left as they are.
    """
    from explainer.parse.schema_files import write_schemas
    from explainer.scaffold.scaffold import ScaffoldError, new_site, repository_above

    try:
        made, kept = new_site(folder)
        write_schemas(folder)
    except ScaffoldError as error:
        raise _Usage(str(error)) from None
    except OSError as error:
        raise _Usage(_unwritable(error, folder)) from None
    for path in made:
        click.echo(f"  made   {path}")
    for path in kept:
        click.echo(f"  kept   {path} (it was there)")
    steps = ["explainer serve --open"]
    if folder.absolute() != Path.cwd():
        steps.insert(0, f"cd {_quoted(folder)}")
    click.echo("\nNow see it, and change it:\n  " + "\n  ".join(steps))
    click.echo("README.md there says how it gets to the web.")
    if root := repository_above(folder):
        inside = folder.resolve().relative_to(root).as_posix()
        click.echo(
            f"\nFor GitHub Pages, move {folder / '.github/workflows/pages.yml'} to "
            f"{root / '.github/workflows'},\nand say `SITE: {inside}` in it."
        )


# --- build, check --------------------------------------------------------------------------------


@main.command()
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", help="Build into DIR."
)
@click.option(
    "--base-url",
    metavar="URL",
    callback=_url,
    help="The published address, in place of site.toml's.",
)
@click.option("--drafts", is_flag=True, help="Build drafts too.")
@click.option("--future", is_flag=True, help="Build pages whose date has not come too.")
@_strict
@_format
@click.option("--clean", is_flag=True, help="Write every file anew.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes to use. [default: one for each core, if there are many articles]",
)
@click.pass_context
def build(
    context: click.Context,
    output: Path | None,
    base_url: Url | None,
    drafts: bool,
    future: bool,
    strict: bool,
    output_format: str,
    clean: bool,
    jobs: int | None,
) -> None:
    """Build the site into _site/.

    Nothing is written if there is an error: the pages of the last build stay as they are.
    """
    from explainer.build.pipeline import BuildOptions, build_site

    root = _root(context)
    options = BuildOptions(
        output=output,
        base_url=base_url,
        drafts=drafts,
        future=future,
        strict=strict,
        clean=clean,
        jobs=jobs,
    )
    _run(lambda progress: build_site(root, options, progress), options, output_format)


@main.command()
@click.option("--drafts", is_flag=True, help="Check drafts too.")
@click.option("--future", is_flag=True, help="Check pages whose date has not come too.")
@click.option("--links", is_flag=True, help="Ask too whether what links lead to is still there.")
@click.option("--fresh", is_flag=True, help="With --links: ask anew what was asked lately.")
@click.option(
    "--advice/--no-advice", default=True, show_default=True, help="What a careful editor would ask."
)
@click.option("-q", "--quiet", is_flag=True, help="Only errors and warnings.")
@_strict
@_format
@click.pass_context
def check(
    context: click.Context,
    drafts: bool,
    future: bool,
    links: bool,
    fresh: bool,
    advice: bool,
    quiet: bool,
    strict: bool,
    output_format: str,
) -> None:
    """Report all that is wrong, and what an editor would ask. No page is written.

    --links asks the hosts of all links out of the site, one question at a time. Answers are kept
    in .explainer/: good ones for a week, others for a day or less.
    """
    from explainer.build.pipeline import BuildOptions
    from explainer.check.check import CheckOptions, check_site, has_httpx
    from explainer.support import extras

    if fresh and not links:
        raise click.UsageError("--fresh goes with --links")
    if links and not has_httpx():
        raise _Usage(f"--links needs the extra `links`. Install it: {extras.install('links')}")
    root = _root(context)
    options = BuildOptions(write=False, drafts=drafts, future=future, strict=strict)
    what = CheckOptions(links=links, fresh=fresh, advice=advice, quiet=quiet)
    _run(lambda progress: check_site(root, options, what, progress), options, output_format)


def _run(
    make: Callable[[Progress], BuildResult], options: BuildOptions, output_format: str
) -> None:
    sys.exit(PROBLEMS if _build(make, options, output_format).failed else DONE)


def _build(
    make: Callable[[Progress], BuildResult], options: BuildOptions, output_format: str
) -> BuildResult:
    """Build or check, and say what came of it."""
    started = time.perf_counter()
    with _Progress() as progress:
        built = make(progress)
    seconds = time.perf_counter() - started
    _report(built.problems, built.texts, output_format)
    click.echo(_summary(built, seconds, options), err=True)
    return built


def _report(problems: Sequence[Problem], texts: Mapping[str, str], output_format: str) -> None:
    from explainer.model.problems import as_json, as_text

    if output_format == "json":
        click.echo(as_json(problems), nl=False)
    elif problems:
        color = sys.stderr.isatty() and "NO_COLOR" not in os.environ
        click.echo(as_text(problems, texts, color=color), nl=False, err=True, color=color)


def _summary(built: BuildResult, seconds: float, options: BuildOptions) -> str:
    parts = [_count(built.pages, "page"), _count(built.annotations, "annotation")]
    for severity, word in (("error", "error"), ("warning", "warning")):
        number = sum(problem.severity == severity for problem in built.problems)
        if number:
            parts.append(_count(number, word))
    if len(parts) == 2:
        parts.append("no problems")
    if remarks := sum(problem.severity == "info" for problem in built.problems):
        parts.append(_count(remarks, "remark"))
    result = "nothing written" if options.write and built.failed else ""
    return ", ".join([*parts, f"{seconds:.2f} seconds"]) + (f"; {result}" if result else "")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


class _Progress:
    """A bar on a terminal, once a build takes long enough for one; silent elsewhere."""

    _PATIENCE = 1.0
    """Seconds before a bar appears."""

    def __init__(self) -> None:
        self._bar: ProgressBar[int] | None = None
        self._stage = ""
        self._quiet = not sys.stderr.isatty() or "CI" in os.environ
        self._started = time.monotonic()

    def __enter__(self) -> Callable[[str, int, int], None]:
        return self._step

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.render_finish()

    def _step(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage has come: `done` of `total` articles."""
        if self._quiet or time.monotonic() - self._started < self._PATIENCE:
            return
        if self._bar is None or stage != self._stage:
            if self._bar:
                self._bar.render_finish()
            self._stage = stage
            self._bar = click.progressbar(length=total, label=f"{stage:8}", file=sys.stderr)
        self._bar.update(done - self._bar.pos)


# --- export, import ------------------------------------------------------------------------------


@main.command()
@click.argument("article", metavar="ARTICLE", shell_complete=_articles)
@click.option(
    "--as",
    "form",
    type=click.Choice(["web-annotation", "claimreview", "csl-json", "bibtex"]),
    default="web-annotation",
    show_default=True,
    help="The format.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write into FILE. [default: standard output]",
)
@click.option(
    "--base-url",
    metavar="URL",
    callback=_url,
    help="The published address, in place of site.toml's.",
)
@click.pass_context
def export(
    context: click.Context,
    article: str,
    form: ExportFormat,
    output: Path | None,
    base_url: Url | None,
) -> None:
    """Give an article's annotations or sources to other programs.

    ARTICLE is its file or folder: content/kremlin-call.

    \b
    web-annotation  all annotations (W3C JSON-LD), with all that their authors wrote
    claimreview     a ClaimReview (schema.org JSON-LD) of each claim
    csl-json        the sources, for reference managers and citation processors
    bibtex          the sources, for LaTeX
    """  # noqa: D301 - click looks for the character itself
    from explainer.exchange import site

    try:
        exported = site.export(_root(context), article, form, base_url=base_url)
        _report(exported.problems, exported.texts, "text")
        if exported.text is None:
            sys.exit(PROBLEMS)
        if output is None:
            click.echo(exported.text.encode(), nl=False)
        else:
            output.write_bytes(exported.text.encode())
    except site.WrongUse as error:
        raise _Usage(str(error)) from None
    except OSError as error:
        raise _Usage(_unwritable(error, output)) from None


@main.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option(
    "--article",
    metavar="ARTICLE",
    shell_complete=_articles,
    help="Whose annotation file it goes to.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["web-annotation", "hypothesis", "csl-json", "bibtex"]),
    help="The file's format. [default: found out]",
)
@click.option("--library", is_flag=True, help="Put sources and people into content/_library.yaml.")
@click.option(
    "--unplaced",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to keep what finds no place. [default: as comments at the end of the YAML]",
)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@_format
@click.pass_context
def import_(
    context: click.Context,
    file: Path,
    article: str | None,
    form: Format | None,
    library: bool,
    unplaced: Path | None,
    dry_run: bool,
    output_format: str,
) -> None:
    """Bring annotations or sources of other programs into an article.

    \b
    web-annotation  an Annotation, a page or a collection of them (W3C JSON-LD)
    hypothesis      what Hypothes.is exports, or its API gives for a search
    csl-json        sources, as reference managers export them
    bibtex          sources, as LaTeX has them

    Each annotation is put on the words that it was made on; what does not surely belong to words
    of this article is kept as a comment, with the reason. Nothing that is there is changed.
    """  # noqa: D301 - click looks for the character itself
    from explainer.exchange import site

    options = site.ImportOptions(
        file=file,
        article=article,
        form=form,
        library=library,
        unplaced=unplaced,
        dry_run=dry_run,
    )
    try:
        imported = site.import_file(_root(context), options)
    except site.WrongUse as error:
        raise _Usage(str(error)) from None
    except OSError as error:
        raise _Usage(_unwritable(error, file)) from None
    _report(imported.problems, imported.texts, output_format)
    for words in imported.said:
        click.echo(words, err=True)
    sys.exit(PROBLEMS if imported.failed else DONE)


# --- publish -------------------------------------------------------------------------------------


@main.command()
@click.option("--remote", metavar="NAME", help="The remote to push to. [default: origin]")
@click.option("--branch", metavar="BRANCH", help="In place of site.toml's. [default: gh-pages]")
@click.option("-m", "--message", metavar="TEXT", help="The commit's message.")
@click.option("--dry-run", is_flag=True, help="Say what would be pushed, and push nothing.")
@click.option("--allow-dirty", is_flag=True, help="Publish what is not committed, too.")
@click.option("--allow-detached", is_flag=True, help="Publish though no branch is checked out.")
@click.pass_context
def publish(
    context: click.Context,
    remote: str | None,
    branch: str | None,
    message: str | None,
    dry_run: bool,
    allow_dirty: bool,
    allow_detached: bool,
) -> None:
    """Build the site, strictly, and push it to the branch that GitHub Pages serves.

    The pages become a commit on top of what the branch holds at the remote: nothing is forced, and
    the files here and the branch that is checked out stay as they are.
    """
    import tempfile

    from explainer.build.pipeline import BuildOptions, build_site
    from explainer.publish.publish import PublishError, Wishes, look, push

    root = _root(context)
    settings, _ = _settings(root)
    wishes = Wishes(
        remote=remote,
        branch=branch,
        message=message,
        allow_dirty=allow_dirty,
        allow_detached=allow_detached,
    )
    try:
        plan = look(root, settings, wishes)
        for line in plan.lines():
            click.echo(line)
        with tempfile.TemporaryDirectory(prefix="explainer-") as folder:
            output = Path(folder) / "site"
            options = BuildOptions(output=output, base_url=plan.url, strict=True)
            built = _build(partial(build_site, root, options), options, "text")
            if built.failed:
                click.echo("Nothing was pushed.", err=True)
                sys.exit(PROBLEMS)
            published = push(plan, output, dry_run=dry_run)
    except PublishError as error:
        raise _Usage(str(error)) from None
    for line in published.lines(plan, dry_run=dry_run):
        click.echo(line)


# --- serve ---------------------------------------------------------------------------------------


@main.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="HOST",
    help="Where to listen. 0.0.0.0: on all of the machine's addresses, for others too.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=4000,
    show_default=True,
    metavar="PORT",
    help="If it is in use, the next free one is taken.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the site in the browser.")
@click.option("--drafts/--no-drafts", default=True, show_default=True, help="Show drafts.")
@click.option("--future", is_flag=True, help="Show pages whose date has not come too.")
@click.pass_context
def serve(
    context: click.Context, host: str, port: int, open_browser: bool, drafts: bool, future: bool
) -> None:
    """Show the site in the browser, and every change as it is saved.

    Nothing is written: the pages are made in memory. A mistake is shown in the page. Ctrl-C ends
    it.
    """
    from explainer.build.pipeline import BuildOptions
    from explainer.render.theme import themes_folder
    from explainer.serve.live import LiveSite
    from explainer.serve.server import PortError, Wishes
    from explainer.serve.server import serve as run

    root = _root(context)
    wishes = Wishes(
        host=host,
        port=port,
        open_browser=open_browser,
        others=(themes_folder(),),
        say=lambda words: click.echo(words),
        show=lambda problems, texts: _report(problems, texts, "text"),
    )
    try:
        run(LiveSite(root, BuildOptions(drafts=drafts, future=future)), root, wishes)
    except PortError as error:
        raise _Usage(f"{error}.") from None


# --- schema --------------------------------------------------------------------------------------


@main.command()
@click.argument(
    "kind", type=click.Choice(["annotations", "library", "article", "site"]), required=False
)
@click.option("--write", is_flag=True, help="Write all of them into the site's .explainer/ folder.")
@click.pass_context
def schema(context: click.Context, kind: Kind | None, write: bool) -> None:
    """Print a JSON Schema for an editor to complete and check files with.

    KIND is annotations (X.yaml), library (_library.yaml), article (front matter) or site
    (site.toml). `build` writes all of them into .explainer/.
    """
    from explainer.parse.schema_files import schema_text, write_schemas

    if write:
        for path in write_schemas(_root(context)):
            click.echo(path)
    elif kind:
        # For a file, UTF-8 with the line ends that it has; whatever the terminal's would be.
        click.echo(schema_text(kind).encode())
    else:
        raise click.UsageError("name a KIND, or say --write")


# --- completion ----------------------------------------------------------------------------------


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), required=False)
def completion(shell: Shell | None) -> None:
    """Print a script by which a shell completes the commands.

    Their names, their options, articles and genres: for the shell that you are in, if none is
    named. Once, to have it in every new terminal:

    \b
    bash  explainer completion bash >> ~/.bashrc
    zsh   explainer completion zsh >> ~/.zshrc
    fish  explainer completion fish > ~/.config/fish/completions/explainer.fish

    zsh needs to have had `autoload -U compinit && compinit` before it.
    """  # noqa: D301 - click looks for the character itself
    from explainer.cli.completion import script, shell_of

    shell = shell or shell_of(os.environ.get("SHELL", ""))
    if shell is None:
        raise click.UsageError("say for which shell: bash, zsh or fish")
    click.echo(script(shell).encode(), nl=False)


# --- theme ---------------------------------------------------------------------------------------


@main.command()
@click.argument("file", required=False)
@click.option(
    "--copy", is_flag=True, help="Copy FILE into the site's themes/, to be changed there."
)
@click.pass_context
def theme(context: click.Context, file: str | None, copy: bool) -> None:
    """List the files of the site's theme, or print one.

    Each is listed with the folder that it is taken from: one in the site's themes/ takes the place
    of explainer's own of the same name. FILE is a name of the list, such as templates/badge.html.
    """
    from explainer.model.problems import did_you_mean
    from explainer.render.theme import find
    from explainer.scaffold.scaffold import ScaffoldError, copy_theme_file

    root = _root(context)
    settings, texts = _settings(root)
    found, problems = find(root, settings.theme)
    if found is None:
        _report(problems, texts, "text")
        sys.exit(PROBLEMS)
    if file is None:
        if copy:
            raise click.UsageError("--copy needs a FILE")
        for name, label in found.listed():
            click.echo(f"{name:40} {label}")
        return
    try:
        path = found.file(file)
        if path is None:
            otherwise = "`explainer theme` lists all."
            near = did_you_mean(file, [name for name, _ in found.listed()], otherwise)
            raise _Usage(f"the theme has no file `{file}`. {near[0].upper()}{near[1:]}")
        if copy:
            made = copy_theme_file(root, found.name, file, path)
            click.echo(f"  made   {_shown(made)}")
        else:
            click.echo(path.read_bytes(), nl=False)
    except ScaffoldError as error:
        raise _Usage(str(error)) from None
    except OSError as error:
        raise _Usage(_unwritable(error, root)) from None
