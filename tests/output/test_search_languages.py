"""Languages that are written without spaces: what the search can find, and what the build says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from explainer.build.options import BuildOptions
from explainer.build.pipeline import build_site
from explainer.model.location import Location
from explainer.model.problems import Problem
from explainer.output import search
from explainer.output.search import Pagefind
from explainer.output.search_languages import check_languages
from tests.helpers import browser as browsers
from tests.helpers import folders
from tests.output.search_site import PROGRAM, installed

WHERE = Location("site.toml", 3, 1)
PLAIN = Pagefind("/x/pagefind_bin/pagefind", WHERE)
EXTENDED = Pagefind("/x/pagefind_bin_extended/pagefind_extended.exe", WHERE)

TEXTS = {
    "zh": ("我家在上海东边。今天天气很好，我们去公园散步。", ("今天", "公园", "天气", "散步")),
    "zh-Hant": ("今天天氣很好，我們去公園散步。", ("天氣", "公園")),
    "ja": ("今日は天気がいいので、友達と公園を散歩しました。", ("天気", "公園", "散歩")),
    "th": ("วันนี้อากาศดีมากเราไปเดินเล่นในสวนสาธารณะ", ("อากาศ", "สวนสาธารณะ")),
}


def reported(pagefind: Pagefind | None, *languages: str) -> list[Problem]:
    return list(check_languages(pagefind, [(each, f"content/{each}.md") for each in languages]))


@pytest.mark.parametrize(
    ("languages", "names"),
    [
        (["zh"], "Chinese"),
        (["zh-Hant-TW"], "Chinese"),
        (["ZH_cn"], "Chinese"),
        (["ja", "en", "ja-JP"], "Japanese"),
        (["th"], "Thai"),
        (["th", "ja"], "Japanese and Thai"),
        (["th", "zh", "ja"], "Chinese, Japanese, and Thai"),
    ],
)
def test_the_extended_version_is_named(languages: list[str], names: str) -> None:
    (problem,) = reported(PLAIN, *languages)
    assert (problem.code, problem.severity) == ("search-language", "warning")
    assert problem.location == WHERE
    assert f"few words in {names}:" in problem.message
    assert "pagefind-bin-extended" in problem.hint
    assert 'pip install "explainer-ssg[search-extended]"' in problem.hint
    assert problem.related[0].location.path in {f"content/{each}.md" for each in languages}
    assert reported(EXTENDED, *languages) == []


@pytest.mark.parametrize("pagefind", [PLAIN, EXTENDED])
@pytest.mark.parametrize(
    ("language", "name", "hint"),
    [
        ("km", "Khmer", "enabled = false"),
        ("lo-LA", "Lao", "enabled = false"),
        ("my", "Burmese", "enabled = false"),
        ("bo", "Tibetan", "enabled = false"),
        ("dz", "Dzongkha", "enabled = false"),
        ("yue", "Cantonese", "`zh-HK`"),
        ("cmn", "Mandarin", "`zh`"),
        ("wuu", "Wu", "`zh`"),
        ("nan", "Min Nan", "`zh`"),
        ("hak", "Hakka", "`zh`"),
    ],
)
def test_no_version_knows_these_languages(
    pagefind: Pagefind, language: str, name: str, hint: str
) -> None:
    (problem,) = reported(pagefind, language)
    assert (problem.code, problem.severity) == ("search-language", "warning")
    assert f"few words in {name}:" in problem.message
    assert hint in problem.hint


@pytest.mark.parametrize("language", ["en", "ko", "vi", "hi", "ar", "zha", "thl", "jam", "de-CH"])
def test_languages_with_spaces(language: str) -> None:
    assert reported(PLAIN, language) == []


def test_without_search_nothing_is_reported() -> None:
    assert reported(None, "zh", "km") == []


def site(root: Path, settings: str = "") -> Path:
    files = {"site.toml": f'title = "T"\nlanguage = "zh"\n{settings}'}
    for language, (text, _) in TEXTS.items():
        front = f"---\ntitle: T\ndate: 2026-01-02\nlanguage: {language}\n---\n"
        files[f"content/{language}.md"] = f"{front}{text}\n"
    return folders.put(root, files)


@installed
def test_the_build_says_once_that_words_cannot_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_program", lambda: PROGRAM)
    monkeypatch.setattr(Pagefind, "extended", False)
    found = build_site(site(tmp_path), BuildOptions(jobs=1)).problems
    assert [problem.code for problem in found] == ["search-language"]
    assert len(found[0].related) == 3
    off = build_site(site(tmp_path, "[search]\nenabled = false\n"), BuildOptions(jobs=1))
    assert off.problems == ()


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site with the extended version, if it is installed."""
    if not PROGRAM or not Pagefind(PROGRAM, WHERE).extended:
        pytest.skip("the extra `search-extended` is not installed")
    root = site(tmp_path_factory.mktemp("extended"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_program", lambda: PROGRAM)
        assert build_site(root, BuildOptions(jobs=1)).problems == ()
    return root / "_site"


@pytest.mark.browser
@pytest.mark.parametrize("language", TEXTS)
def test_words_are_found(browser: Any, extended: Path, language: str) -> None:
    with browsers.served(extended) as address:
        for word in TEXTS[language][1]:
            url = f"{address}search/index.html?q={word}"
            with browsers.opened(browser, url, 1000) as (page, heard):
                page.wait_for_selector(f'main a[href*="/{language.lower()}/"]', timeout=10_000)
                assert heard.messages == []
