"""Small stages of the pipeline, which prepare what articles and pages are made with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from operator import attrgetter
from pathlib import Path

from explainer.article.context import ArticleContext, Inspector
from explainer.build.options import BuildOptions
from explainer.markdown import captions, mathml
from explainer.markdown.data_files import DataFile
from explainer.markdown.link_targets import LinkTargets
from explainer.markdown.links import LinkOptions
from explainer.markdown.parser import MarkdownOptions
from explainer.markdown.pictures import Gallery
from explainer.markdown.resizing import has_pillow
from explainer.model import kinds, ratings
from explainer.model.allow import Allowance
from explainer.model.annotations import Library
from explainer.model.article import Article
from explainer.model.documents import Asset, RoutedDocument
from explainer.model.location import Located, Location
from explainer.model.problems import Problem, did_you_mean, short
from explainer.model.security import SecuritySettings
from explainer.model.settings import Settings
from explainer.parse import allow
from explainer.render import cards, style_slips, theme, theme_slips
from explainer.render.cards import Cards
from explainer.render.renderer import CUSTOM_STYLE, OWN_FILES
from explainer.render.theme import Theme
from explainer.site.load import SiteFiles
from explainer.site.routes import GENERATED, GENERATED_FILES, Routes
from explainer.support import extras


def missing_extras(settings: Settings, places: Located) -> Iterator[Problem]:
    """Report features set in site.toml that need an extra which is not installed."""
    if settings.markdown.math and not mathml.is_installed():
        location = places.location(("markdown", "math"))
        message = "readers see formulas as TeX: the extra `math` is not installed"
        hint = f"install it: {extras.install('math')}"
        yield Problem(location, "extra-missing", message, hint, "warning")
    hint = f"install it: {extras.install('images')}"
    for key, is_installed in (("cards", cards.is_installed), ("sizes", has_pillow)):
        if getattr(settings.images, key) and not is_installed():
            location = places.location(("images", key))
            message = f"`{key}` has no effect: the extra `images` is not installed"
            yield Problem(location, "extra-missing", message, hint, "info")


def allowances(
    places: Located, plan: Routes, own: Iterable[tuple[Allowance, ...]]
) -> tuple[Allowance, ...]:
    """Return the entries of `allow` in site.toml, in front matter, and `own`, of annotations."""
    return (*allow.allowances(places, None), *plan.allowances, *chain.from_iterable(own))


def all_assets(files: SiteFiles, plan: Routes) -> tuple[Asset, ...]:
    """Return every file to copy: those in static/, then those in content/."""
    copied = (Asset(path, target) for path, target in plan.files.items())
    static = (asset for asset in files.static if asset.target in plan.static)
    return (*static, *copied)


def link_targets(
    plan: Routes,
    gallery: Gallery,
    data: Mapping[str, DataFile],
    left_out: Mapping[str, str],
    *,
    searched: bool,
) -> LinkTargets:
    """Return the possible targets of links. `searched`: whether there is a search page.

    `data` has the CSV files that texts name. `left_out` has the reasons why files are not
    published, by path.
    """
    pages = {*map(attrgetter("address"), plan.documents), "/", *plan.aliases}
    pages |= set(GENERATED) - {"/assets/"} - (set() if searched else {"/search/"})
    return LinkTargets(
        addresses=plan.addresses,
        pages=frozenset(pages),
        files=plan.files,
        output_paths=frozenset(plan.files.values()) | plan.static | set(GENERATED_FILES),
        skipped=plan.skipped,
        left_out=left_out,
        pictures=gallery.measured,
        data=data,
        base=plan.base,
    )


def article_context(
    settings: Settings,
    places: Located,
    library: tuple[Library, Located],
    targets: LinkTargets,
    inspector: Inspector | None,
) -> ArticleContext:
    """Return the context of all articles. `places` is the data of site.toml with positions."""
    genres = settings.disclaimers
    return ArticleContext(
        language=settings.language,
        authors=settings.authors,
        disclaimers={g: (t, places.location(("disclaimers", g))) for g, t in genres.items()},
        scale=ratings.scale(settings),
        kinds=kinds.kinds(settings),
        library=library[0],
        library_places=library[1],
        known=targets,
        options=MarkdownOptions.of(settings.markdown),
        links=LinkOptions(settings.link_style, settings.security),
        drafts=settings.build.drafts,
        inspector=inspector,
    )


def check_captions(root: Path, assets: Iterable[Asset]) -> Iterator[Problem]:
    """Report captions that browsers would not show, in the files that are copied."""
    for asset in assets:
        if not asset.path.lower().endswith(".vtt"):
            continue
        try:
            content = (root / asset.path).read_bytes()
        except OSError:
            continue  # reported when it is copied
        text = content.decode(errors="replace")
        if "\ufffd" in text:
            line = text[: text.index("\ufffd")].count("\n") + 1
            message = "readers see wrong letters in these captions: the file is not UTF-8"
            hint = "save it as UTF-8"
            yield Problem(Location(asset.path, line), "broken-captions", message, hint, "warning")
        for line, message, hint in captions.check(text):
            yield Problem(Location(asset.path, line), "broken-captions", message, hint, "warning")


def picture_versions(gallery: Gallery, assets: Iterable[Asset]) -> Mapping[str, Path | bytes]:
    """Return narrower versions of pictures, by output path, except where an author's file is."""
    own = {asset.target for asset in assets}
    return {place: made for place, made in gallery.files.items() if place not in own}


def searching(settings: Settings, places: Located) -> tuple[bool | None, Location]:
    """Return the search setting, and its location in site.toml, or the file if it is not set."""
    enabled = settings.search.enabled
    if enabled is None:
        return None, Location(places.lines.path)
    return enabled, places.key(("search", "enabled"))


def hash_named_files(
    root: Path, assets: Iterable[Asset], security: SecuritySettings
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """Return hashes of the copied files that every page names.

    Problems: `unreadable`, and those of `style_slips.check`.
    """
    hashes: dict[str, str] = {}
    problems: list[Problem] = []
    for asset in assets:
        if asset.target in OWN_FILES:
            try:
                content = (root / asset.path).read_bytes()
            except OSError as error:
                message = f"cannot be read: {error.strerror}"
                problems.append(Problem(Location(asset.path), "unreadable", message))
            else:
                hashes[asset.target] = hashlib.sha256(content).hexdigest()[:10]
                if asset.target == CUSTOM_STYLE:
                    sheet = asset.path, content.decode(errors="replace")
                    problems += style_slips.check([sheet], security)
    return hashes, tuple(problems)


def make_cards(settings: Settings, folder: Path | None, options: BuildOptions) -> Cards | None:
    """Return what makes cards, or None if cards are off or impossible, or nothing is written.

    `folder` is the site's cache folder.
    """
    wanted = settings.images.cards is not False and settings.url and options.write
    if not (wanted and cards.is_installed()):
        return None
    return Cards(folder / "cards" if folder else None)


def letters_not_drawn(article: Article) -> str:
    """Return the letters that an article's preview card needs and its typeface lacks."""
    front = article.front
    return "" if article.picture else "".join(cards.missing_glyphs(front.title + front.subtitle))


def undrawn(missing: Mapping[str, str]) -> Iterator[Problem]:
    """Report that articles have no preview card because its typeface lacks their letters.

    There is one problem for the whole site, at the first of these articles: `card-not-drawn`.
    `missing` has the letters by the path of the article.
    """
    if missing:
        path, letters = min(missing.items())
        letter = next(filter(str.isalpha, letters), letters[0])
        pages = "this page gets" if len(missing) == 1 else f"{len(missing)} pages get"
        message = f"{pages} no preview card: its typeface has no `{letter}`"
        hint = "give the page an `image` in its front matter, or set `cards = false` in [images]"
        yield Problem(Location(path, 1), "card-not-drawn", message, hint, "info")


def find_theme(
    root: Path, settings: Settings, folder: Path | None
) -> tuple[Theme | None, tuple[Problem, ...]]:
    """Find the site's theme. `folder` is the site's cache folder, or None.

    Problems: those of `theme.find`, `theme_slips.check`, and `style_slips.check`.
    """
    found, problems = theme.find(root, settings.theme, cache=folder and folder / "templates")
    if found is None:
        return None, problems
    return found, (
        *problems,
        *theme_slips.check(found, settings.security),
        *style_slips.check(found.own_styles, settings.security),
    )


def missing_template(found: Theme, document: RoutedDocument) -> Problem | None:
    """Report a document whose front matter names a template that the theme has not for it.

    The problem is `template-missing`.
    """
    if not (name := document.front.template):
        return None
    fitting = found.template_names - found.other_pages(home=document.address == "/")
    if name in fitting:
        return None
    whole = sorted(each for each in fitting if not each.startswith("parts/"))
    what = " for articles" if name in found.template_names else ""
    path = name.rpartition("templates/")[2]
    otherwise = f"add themes/{found.name}/templates/…, or use one of: {', '.join(whole)}"
    return Problem(
        document.places.location(("template",)),
        "template-missing",
        f"the theme has no template `{short(name)}`{what}",
        did_you_mean(f"{path.removesuffix('.html')}.html", whole, otherwise),
    )
