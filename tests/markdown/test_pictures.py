"""Pictures: sizes from file headers, narrower versions, and the problems that authors get."""

from __future__ import annotations

import io
import random
import re
import struct
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from explainer.build.options import BuildOptions
from explainer.build.pipeline import BuildResult, build_site
from explainer.markdown import picture_sizes, pictures
from explainer.markdown.picture_sizes import Size
from explainer.markdown.resizing import WIDTHS, Resizing
from explainer.model.article import Picture
from tests.helpers import folders
from tests.helpers.examples import examples

ARTICLE = "---\ntitle: T\n---\n"
SITE = 'title = "T"\n'
ALT = "![Words]"


def encoded(image: Image.Image, form: str, **keywords: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **keywords)
    return out.getvalue()


def exif(orientation: int) -> bytes:
    found = Image.Exif()
    found[0x112] = orientation
    found[0x9286] = "who, where, when"
    return found.tobytes()


def gradient(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return a picture that compresses badly: every version is smaller than the original."""
    bytes_ = random.Random(width).randbytes(width * height)
    noise = Image.frombytes("L", (width, height), bytes_).point(lambda value: 64 + value // 2)
    return Image.blend(noise, Image.linear_gradient("L").resize((width, height)), 0.5).convert(mode)


WIDE = encoded(gradient(1000, 100), "JPEG")


def chunk(name: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + check


def png(*chunks: bytes, width: int = 9, height: int = 5) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks)


# --- sizes ---------------------------------------------------------------------------------------

FORMS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP")


@given(
    st.sampled_from(FORMS),
    st.integers(1, 300),
    st.integers(1, 300),
    st.integers(0, 9),
    st.booleans(),
)
@settings(deadline=None, max_examples=examples(60))
def test_sizes_match_pillow(
    form: str, width: int, height: int, orientation: int, lossless: bool
) -> None:
    keywords: dict[str, Any] = {}
    if form in ("JPEG", "PNG", "WEBP", "AVIF") and orientation:
        keywords["exif"] = exif(orientation)
    if form == "WEBP":
        keywords["lossless"] = lossless
    data = encoded(Image.new("RGB", (width, height)), form, **keywords)
    with Image.open(io.BytesIO(data)) as image:
        # Browsers ignore the orientation of WebP, as measured in Chromium.
        shown = image if form == "WEBP" else ImageOps.exif_transpose(image)
        assert picture_sizes.read(data) == Size(
            form.lower(),  # type: ignore[arg-type]
            *shown.size,
            moving=form == "GIF",
        )


@given(st.sampled_from(FORMS), st.data())
@settings(deadline=None, max_examples=examples(150))
def test_broken_files_raise_nothing(form: str, data: st.DataObject) -> None:
    keywords = {"exif": exif(6)} if form in ("JPEG", "PNG", "AVIF") else {}
    whole = bytearray(encoded(Image.new("RGB", (40, 30)), form, **keywords))
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = picture_sizes.read(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    assert found is None or (found.width > 0 and found.height > 0)


@given(st.binary(max_size=400))
def test_any_bytes_raise_nothing(data: bytes) -> None:
    picture_sizes.read(data)
    for start in (b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"<svg "):
        picture_sizes.read(start + data)
    picture_sizes.read(b"RIFF1234WEBP" + data)
    picture_sizes.read(b"\0\0\0\x14ftypavif\0\0\0\0avif" + data)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}><rect width="7" height="7"/></svg>'


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="100" height="50"', (100, 50)),
        ('width="1in" height="2.54cm"', (96, 96)),
        ("width=' 1e2px ' height='25.4mm'", (100, 96)),
        ('width="100" viewBox="0 0 24 12"', (100, 50)),
        ('height="100" viewBox="0,0,24,12"', (200, 100)),
        ('viewBox="-5 -5 24 12"', (720, 360)),
        ('width="100%" height="100%" viewBox="0 0 24 12"', (720, 360)),
        ('viewBox="0 0 0 12"', (300, 150)),
        ("", (300, 150)),
        ('width="-5" stroke-width="9"', (300, 150)),
        ('width="0.2" height="0.2"', (1, 1)),
    ],
)
def test_svg(attributes: str, size: tuple[int, int]) -> None:
    """The expected sizes are those in Chromium, in a column of 720 pixels."""
    comment = "<?xml version='1.0'?><!DOCTYPE svg><!-- width='3' -->\n"
    for before in ("", comment, "\ufeff" + comment):
        data = (before + SVG.format(attributes)).encode()
        assert picture_sizes.read(data) == Size("svg", *size)
    assert picture_sizes.read(SVG.format(attributes).encode("utf-16")) == Size("svg", *size)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "<svg",
        "<html/>",
        "<svg width='1' height='1'/>",
        SVG.format('viewBox="0 0 a b"'),
        "<!DOCTYPE x [<!ENTITY a '" + 999 * "1" + "'><!ENTITY b '" + 999 * "&a;" + "'>]>"
        "<svg xmlns='http://www.w3.org/2000/svg' width='&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'/>",
    ],
)
def test_no_svg(text: str) -> None:
    found = picture_sizes.read(text.encode())
    assert found is None or found == Size("svg", 300, 150)
    assert found is None or "ENTITY" in text


def test_animations() -> None:
    frames = [gradient(20, 20), ImageOps.invert(gradient(20, 20))]
    for form in ("PNG", "WEBP", "GIF"):
        data = encoded(frames[0], form, save_all=True, append_images=frames[1:])
        assert picture_sizes.read(data) == Size(form.lower(), 20, 20, moving=True)  # type: ignore[arg-type]


def test_unknown_jpeg_segments_are_skipped() -> None:
    whole = encoded(Image.new("RGB", (8, 6)), "JPEG")
    filling = b"\xff\xff\xff\x01" + b"\xff\xe2" + struct.pack(">H", 2 + 60000) + 60000 * b"\xff"
    assert picture_sizes.read(whole[:2] + filling + whole[2:]) == Size("jpeg", 8, 6)


# --- gathering -----------------------------------------------------------------------------------


def gathered(root: Path, files: dict[str, bytes], *texts: str, **keywords: Any) -> pictures.Gallery:
    folders.put(root, files)
    return pictures.gather({name: root / name for name in files}, texts, **keywords)


@pytest.mark.parametrize(
    "text",
    [
        "![A](phone.png)",
        "![A](../x/phone.png 'T')",
        "[a]: <phone.png>",
        "image: {src: phone.png}",
        "![A](ph%6Fne.png)",
        r"![A](phone\.png)",
        "![A](&#112;hone.png)",
    ],
)
def test_pictures_that_a_text_names_are_measured(text: str, tmp_path: Path) -> None:
    found = gathered(tmp_path, {"x/phone.png": png(), "x/other.png": png()}, "Words.", text)
    assert found.measured == {"x/phone.png": pictures.Measured(Picture("/x/phone.png", 9, 5))}


def test_names_with_spaces_brackets_and_accents(tmp_path: Path) -> None:
    files = {"a b (1).png": png(), "Cafe\u0301.PNG": png()}
    found = gathered(tmp_path, files, "![A](<a b (1).png>) ![B](Café.PNG)")
    assert found.measured.keys() == files.keys()
    assert gathered(tmp_path, files, "![A](a%20b%20%281%29.png)").measured.keys() == {"a b (1).png"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "broken-picture"),
        (b"words", "broken-picture"),
        (png(width=0), "broken-picture"),
        (png(width=40000, height=40000), "huge-picture"),
        (png(width=2**31 - 1, height=2**31 - 1), "huge-picture"),
        (png(chunk(b"IDAT", b"no deflate"), width=1200), "broken-picture"),
        (encoded(gradient(1200, 200), "JPEG")[:-3000], "broken-picture"),
        (encoded(gradient(1200, 200), "WEBP")[:-3000], "broken-picture"),
    ],
    ids=range(8),
)
def test_flaws(content: bytes, code: str, tmp_path: Path) -> None:
    found = gathered(tmp_path, {"x.png": content}, "x.png", resizing=Resizing(tmp_path))
    measured = found.measured["x.png"]
    assert measured.flaw is not None
    assert measured.flaw.code == code
    assert "`x.png`" in measured.flaw.message
    assert not found.files


def test_a_file_that_cannot_be_read_is_a_flaw(tmp_path: Path) -> None:
    (tmp_path / "x.png").mkdir()
    found = pictures.gather({"x.png": tmp_path / "x.png"}, ["x.png"])
    assert (flaw := found.measured["x.png"].flaw)
    assert flaw.code == "broken-picture"


# --- versions ------------------------------------------------------------------------------------


def versions(root: Path, content: bytes, name: str = "My Phone.jpg") -> dict[int, Image.Image]:
    cache = Resizing(root / "cache", jobs=1)
    found = gathered(root, {name: content}, name, resizing=cache)
    picture = found.measured[name].picture
    assert picture is not None
    assert found.measured[name].flaw is None
    assert {address[1:] for _, address in picture.versions} == set(found.files)
    out = {}
    for width, address in picture.versions:
        file = found.files[address[1:]]
        assert isinstance(file, Path)
        out[width] = Image.open(io.BytesIO(file.read_bytes()))
        assert out[width].width == width
    return out


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (800, []),
        (801, [480]),
        (1000, [480, 800]),
        (1800, [480, 800, 1200]),
        (2400, WIDTHS),
    ],
)
def test_widths(width: int, widths: list[int], tmp_path: Path) -> None:
    made = versions(tmp_path, encoded(gradient(width, width // 10), "JPEG"))
    assert list(made) == list(widths)
    assert all(abs(image.height - w / 10) <= 1 for w, image in made.items())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_version_looks_like_the_original_and_has_no_metadata(form: str, tmp_path: Path) -> None:
    source = Image.linear_gradient("L").resize((1000, 400)).convert("RGB")
    source = Image.blend(source, gradient(1000, 400), 0.2)
    profile = b"a profile of colours" * 10
    keywords: dict[str, Any] = {"exif": exif(1), "icc_profile": profile}
    if form == "JPEG":
        keywords["comment"] = b"my secret"
    made = versions(tmp_path, encoded(source, form, **keywords))[480]
    assert made.format == form
    assert made.info["icc_profile"] == profile
    assert not made.getexif()
    assert "comment" not in made.info
    wanted = source.resize(made.size).convert("L").tobytes()
    off = [abs(a - b) for a, b in zip(made.convert("L").tobytes(), wanted, strict=True)]
    assert sum(off) / len(off) < 6


@pytest.mark.parametrize("form", ["JPEG", pytest.param("PNG", marks=pytest.mark.slow)])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_orientation_is_applied(form: str, orientation: int, tmp_path: Path) -> None:
    source = Image.new("RGB", (1000, 1200), "white")
    source.paste("black", (0, 0, 500, 600))
    source = Image.blend(source, gradient(1000, 1200), 0.2)
    data = encoded(source, form, exif=exif(orientation))
    made = versions(tmp_path, data)
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    assert made
    for width, image in made.items():
        assert image.size == (width, round(shown.height * width / shown.width))
        for x, y in ((0.2, 0.2), (0.8, 0.2), (0.2, 0.8), (0.8, 0.8)):
            spot = (int(x * image.width), int(y * image.height))
            there = (int(x * shown.width), int(y * shown.height))
            dark = [i.convert("L").getpixel(at) < 128 for i, at in ((image, spot), (shown, there))]
            assert dark[0] == dark[1]


def test_a_rotated_picture_is_decoded_large_enough(tmp_path: Path) -> None:
    row = Image.new("L", (2000, 1))
    row.putdata([255 * (x // 4 % 2) for x in range(2000)])
    stripes = row.resize((2000, 8000), Image.Resampling.NEAREST)
    stored = stripes.transpose(Image.Transpose.ROTATE_90)
    made = versions(tmp_path, encoded(stored, "JPEG", exif=exif(6)))[1600]
    assert made.size == (1600, 6400)
    low, high = made.crop((100, 100, 200, 200)).getextrema()
    assert high - low > 200, "the stripes are blurred"


def test_transparency_is_kept(tmp_path: Path) -> None:
    source = gradient(1000, 400, "RGBA")
    source.putalpha(Image.linear_gradient("L").resize((1000, 400)))
    for form in ("PNG", "WEBP"):
        made = versions(tmp_path / form, encoded(source, form))[480].convert("RGBA")
        alpha = made.getchannel("A")
        assert alpha.getpixel((10, 5)) < 20
        assert alpha.getpixel((10, made.height - 5)) > 235
    transparent = gradient(1000, 400, "P")
    made = versions(tmp_path / "P", encoded(transparent, "PNG", transparency=0)).get(480)
    assert made is None or made.mode == "RGBA"


@pytest.mark.parametrize(
    "content",
    [
        encoded(gradient(1000, 100, "CMYK"), "JPEG"),
        encoded(gradient(1000, 100, "L").convert("I;16"), "PNG"),
        encoded(
            gradient(1000, 9),
            "PNG",
            save_all=True,
            append_images=[ImageOps.invert(gradient(1000, 9))],
        ),
        encoded(
            gradient(1000, 9),
            "WEBP",
            save_all=True,
            append_images=[ImageOps.invert(gradient(1000, 9))],
        ),
        encoded(gradient(1000, 100), "GIF"),
        encoded(gradient(1000, 100), "AVIF"),
        encoded(Image.new("1", (1000, 100)), "PNG"),  # a version would be larger
        SVG.format('width="1000" height="100"').encode(),
    ],
    ids="cmyk deep moving-png moving-webp gif avif flat svg".split(),
)
def test_pictures_without_versions(content: bytes, tmp_path: Path) -> None:
    assert not versions(tmp_path, content)


def kept(root: Path) -> dict[str, tuple[int, int]]:
    """Return the inode and modification time of each file in the cache, by name."""
    files = (root / "cache/pictures").iterdir()
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def test_nothing_is_resized_twice(tmp_path: Path) -> None:
    content = encoded(gradient(1000, 100), "JPEG")
    files = {"a/one.jpg": content, "b/two.jpg": content, "c/one.jpg": content}
    resizing = Resizing(tmp_path / "cache", jobs=1)
    first = gathered(tmp_path, files, "one.jpg two.jpg", resizing=resizing)
    made = kept(tmp_path)
    again = gathered(tmp_path, files, "one.jpg two.jpg", resizing=resizing)
    assert len(made) == 2 + 1  # one picture under two names, in two widths, and their list
    assert kept(tmp_path) == made
    assert again.measured == first.measured
    assert again.files == first.files
    assert len(first.files) == 4  # two names, two widths
    other = {"a/one.jpg": encoded(gradient(1000, 120), "JPEG")}
    changed = gathered(tmp_path, other, "one.jpg", resizing=resizing)
    assert len(kept(tmp_path)) == 2 * (2 + 1)
    assert changed.measured["a/one.jpg"] != first.measured["a/one.jpg"]


@pytest.mark.parametrize("change", ["empty", "gone", "a byte", "its list"])
@pytest.mark.parametrize("width", [480, 800])
def test_a_kept_version_that_is_not_as_it_was_made_is_made_again(
    tmp_path: Path, change: str, width: int
) -> None:
    files = {"one.jpg": encoded(gradient(1000, 100), "JPEG")}
    resizing = Resizing(tmp_path / "cache", jobs=1)
    first = gathered(tmp_path, files, "one.jpg", resizing=resizing)
    before = {path: path.read_bytes() for path in (tmp_path / "cache/pictures").iterdir()}
    (picture,) = (path for path in before if f"-{width}-" in path.name and path.suffix == ".jpg")
    (listed,) = (path for path in before if path.suffix == ".list")
    if change == "gone":
        picture.unlink()
    elif change == "its list":
        listed.write_bytes(b"-" + before[listed][1:])
    else:
        content = before[picture]
        picture.write_bytes(content[:-1] + b"-" if change == "a byte" else b"")
    again = gathered(tmp_path, files, "one.jpg", resizing=resizing)
    assert again.files == first.files
    assert {path: path.read_bytes() for path in before} == before


def test_without_a_cache(tmp_path: Path) -> None:
    content = encoded(gradient(1000, 100), "JPEG")
    (tmp_path / "file").write_bytes(b"")
    kept = gathered(tmp_path, {"x.jpg": content}, "x.jpg", resizing=Resizing(tmp_path))
    for cache in (None, tmp_path / "file"):
        held = pictures.gather({"x.jpg": tmp_path / "x.jpg"}, ["x.jpg"], Resizing(cache, jobs=1))
        assert held.measured == kept.measured
        assert dict(held.files) == {k: Path(str(v)).read_bytes() for k, v in kept.files.items()}


def test_attributes() -> None:
    picture = Picture("/a,b/c d.jpg", 1000, 500, ((480, "/assets/pictures/c-1-480.jpg"),))
    found = pictures.attributes(
        picture, lambda address: f"..{address.replace(' ', '%20')}", lazy=True
    )
    assert found == {
        "width": "1000",
        "height": "500",
        "srcset": "../assets/pictures/c-1-480.jpg 480w, ../a%2Cb/c%20d.jpg 1000w",
        "sizes": "(min-width: 40rem) 36rem, 100vw",
        "loading": "lazy",
        "decoding": "async",
    }
    assert pictures.attributes(Picture("https://x/"), str) == {"decoding": "async"}


# --- in a build ----------------------------------------------------------------------------------


def site(root: Path, text: str, files: dict[str, bytes] | None = None, more: str = "") -> Path:
    return folders.put(
        root,
        {
            "site.toml": SITE + more,
            "content/x/index.md": ARTICLE + text,
            "content/x/wide.jpg": WIDE,
            **{f"content/x/{name}": content for name, content in (files or {}).items()},
        },
    )


def page(root: Path, file: str = "x/index.html") -> str:
    return (root / "_site" / file).read_text(encoding="utf-8")


def report(built: BuildResult) -> list[str]:
    return [f"{p.location.path}:{p.location.line} {p.severity} {p.code}" for p in built.problems]


def srcset(html: str) -> list[str]:
    return [
        each.split()[0]
        for found in re.findall(r'srcset="([^"]*)"', html)
        for each in found.split(", ")
    ]


def test_every_srcset_candidate_exists_on_every_page(tmp_path: Path) -> None:
    root = site(tmp_path, f"{ALT}(wide.jpg)\n")
    note = f"claims:\n  - {{id: c, claim: C, rating: true, review: '{ALT}(wide.jpg)'}}\n"
    folders.put(root, {"content/x/index.yaml": note})
    folders.put(root, {"content/index.md": ARTICLE + f"{ALT}(x/wide.jpg)\n"})
    assert not build_site(root, BuildOptions(jobs=1)).problems
    for file in ("x/index.html", "x/claims/c/index.html", "index.html"):
        found = srcset(page(root, file))
        assert len(found) >= 3
        for each in found:
            assert ((root / "_site" / file).parent / each).is_file(), (file, each)


def test_the_articles_own_picture(tmp_path: Path) -> None:
    root = site(tmp_path, f"{ALT}(wide.jpg)\n", {"lead.png": png(width=40, height=30)})
    text = f"---\ntitle: T\nimage: {{src: lead.png, alt: A}}\n---\n{ALT}(wide.jpg)\n"
    folders.put(root, {"content/x/index.md": text})
    assert not build_site(root, BuildOptions(jobs=1)).problems
    page_text = page(root)
    assert '<img src="lead.png" alt="A" width="40" height="30" decoding="async">' in page_text
    assert page_text.count('loading="lazy"') == 1
    folders.put(root, {"content/x/lead.png": b"broken"})
    assert report(build_site(root, BuildOptions(jobs=1))) == [
        "content/x/index.md:3 warning broken-picture"
    ]
    assert '<img src="lead.png" alt="A" decoding="async">' in page(root)


@pytest.mark.parametrize("html", [False, True])
def test_pictures_in_raw_html_get_nothing_but_their_address(html: bool, tmp_path: Path) -> None:
    raw = '<img src="wide.jpg">'
    root = site(tmp_path, raw + "\n", more=f"[markdown]\nhtml = {str(html).lower()}\n")
    tag = ["content/x/index.md:4 warning foreign-markup"]
    assert report(build_site(root, BuildOptions(jobs=1))) == ([] if html else tag)
    assert ('<img src="../x/wide.jpg">' in page(root)) is html


def test_two_builds_are_byte_identical(tmp_path: Path) -> None:
    files = {f"{i}.jpg": encoded(gradient(900 + i, 60), "JPEG") for i in range(4)}
    text = "\n\n".join(f"{ALT}({name})" for name in files)
    made = []
    for name, jobs in (("one", 1), ("two", 2)):
        root = site(tmp_path / name, text, files)
        for _ in range(2):  # without a cache, then with it
            assert not build_site(root, BuildOptions(jobs=jobs, clean=True)).problems
            made.append(folders.contents(root / "_site"))
    assert made[0] == made[1] == made[2] == made[3]
    assert sum(name.startswith("assets/pictures/") for name in made[0]) >= 4


def test_a_check_writes_nothing_and_reports_the_same(tmp_path: Path) -> None:
    root = site(
        tmp_path,
        f"{ALT}(wide.jpg) {ALT}(cut.jpg)\n",
        {"cut.jpg": encoded(gradient(1200, 200), "JPEG")[:-3000]},
    )
    checked = build_site(root, BuildOptions(jobs=1, write=False))
    assert report(checked) == ["content/x/index.md:4 warning broken-picture"]
    assert not (root / ".explainer").exists()
    assert report(build_site(root, BuildOptions(jobs=1))) == report(checked)


def test_an_authors_file_takes_precedence_over_a_version(tmp_path: Path) -> None:
    root = site(tmp_path, f"{ALT}(wide.jpg)\n")
    build_site(root, BuildOptions(jobs=1))
    (target, *_) = (
        p.relative_to(root / "_site") for p in (root / "_site/assets/pictures").iterdir()
    )
    folders.put(root, {f"static/{target}": b"mine"})
    assert not build_site(root, BuildOptions(jobs=1)).failed
    assert (root / "_site" / target).read_bytes() == b"mine"


# --- settings, and without Pillow ----------------------------------------------------------------


@pytest.fixture
def no_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "PIL"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "PIL", None)


@pytest.mark.usefixtures("no_pillow")
def test_without_pillow(tmp_path: Path) -> None:
    root = site(tmp_path, f"{ALT}(wide.jpg)\n", more='url = "https://example.org/"\n')
    assert not build_site(root, BuildOptions(jobs=1)).problems
    assert 'width="1000" height="100" decoding="async"' in page(root)
    assert "og:image" not in page(root)
    assert not list((root / "_site").rglob("card.png"))


@pytest.mark.usefixtures("no_pillow")
def test_versions_that_cannot_be_made_are_reported(tmp_path: Path) -> None:
    root = site(tmp_path, "Words.\n", more="[images]\ncards = true\nsizes = true\n")
    built = build_site(root, BuildOptions(jobs=1))
    assert report(built) == [f"site.toml:{line} info extra-missing" for line in (3, 4)]
    assert all("explainer-ssg[images]" in p.hint for p in built.problems)
    assert not built.failed


def test_versions_can_be_turned_off(tmp_path: Path) -> None:
    more = 'url = "https://example.org/"\n[images]\ncards = false\nsizes = false\n'
    root = site(tmp_path, f"{ALT}(wide.jpg)\n", more=more)
    assert not build_site(root, BuildOptions(jobs=1)).problems
    assert "srcset" not in page(root)
    assert "og:image" not in page(root)
    assert not (root / ".explainer/pictures").exists()
    assert not (root / ".explainer/cards").exists()


def test_a_site_without_pictures_imports_no_pillow(tmp_path: Path) -> None:
    import subprocess

    root = site(tmp_path, "Words.\n", {"small.png": png()})
    code = (
        "import sys; from pathlib import Path\n"
        "from explainer.build.options import BuildOptions\n"
        "from explainer.build.pipeline import build_site\n"
        "assert not build_site(Path(sys.argv[1]), BuildOptions(jobs=1)).failed\n"
        "print('PIL.Image' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
