"""explainer.parse.json_schema: the schemas that editors use."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pytest
import yaml as pyyaml

from explainer.model.annotations import Claim, Source
from explainer.model.ratings import Rating
from explainer.model.scalars import Id
from explainer.model.settings import Settings
from explainer.parse.json_schema import (
    FILE,
    KINDS,
    Kind,
    docs,
    json_schema,
    write_schemas,
)
from explainer.support import cache
from tests.helpers import folders, schemas
from tests.helpers.author_files import EXAMPLE, annotations


def nodes(schema: object) -> list[dict[str, Any]]:
    """Return every object in a JSON Schema."""
    if isinstance(schema, list):
        return [found for item in schema for found in nodes(item)]
    if isinstance(schema, dict):
        return [schema, *(found for item in schema.values() for found in nodes(item))]
    return []


def test_the_schemas_are_those_of_the_model(regen: bool) -> None:
    made = schemas.every_schema()
    if regen:
        FILE.write_text(made, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == made


@pytest.mark.parametrize("kind", KINDS)
def test_json_schemas_are_valid_and_describe_every_field(kind: Kind) -> None:
    found = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["title"]
    for group in (found, *found["$defs"].values()):
        assert group["description"]
        assert group["additionalProperties"] is False
        for field in group["properties"].values():
            assert field["description"]
    for node in nodes(found):
        assert {"type": "null"} not in node.get("anyOf", [])
        for example in node.get("examples", []) if isinstance(node.get("examples"), list) else []:
            schema_of_node = {**node, "$defs": found["$defs"]}
            assert jsonschema.Draft202012Validator(schema_of_node).is_valid(example)


def test_inherited_fields_are_described() -> None:
    claim = json_schema("annotations")["$defs"]["Claim"]["properties"]
    assert claim["quote"]["description"].startswith("The words as readers see them.")
    assert json_schema("annotations")["properties"]["sources"]["description"]
    for cls in (Claim, Settings, Source):
        assert set(docs(cls)) == {field.name for field in dataclasses.fields(cls)}


class Editor(pyyaml.SafeLoader):
    """Resolve plain scalars as editors do, by YAML 1.2's core schema: dates are strings."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
        for first, resolvers in pyyaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@pytest.fixture(scope="module")
def editor() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json_schema("annotations"))


def test_the_example_is_valid_in_an_editor(editor: jsonschema.Draft202012Validator) -> None:
    assert editor.is_valid(pyyaml.load(EXAMPLE, Loader=Editor))


@pytest.mark.parametrize(
    ("content", "good"),
    [
        ("claims: [{id: a, claim: b, rating: true}]", True),
        ("claims: [{id: a, claim: b, rating: 'false'}]", True),
        ("claims: [{id: 2024, claim: 1984, rating: mixed, date: 2024}]", True),
        ("claims: [{id: a, claim: b, rating: wrong}]", False),
        ("claims: [{id: a, claim: b}]", False),
        ("claims: [{id: a b, claim: b, rating: true}]", False),
        ("notes: [{note: a, qoute: b}]", False),
        ("notes: [{note: a, kind: wrong}]", False),
        ("notes: [{note: a, date: 2024-13}]", False),
        ("notes: [{note: a, sources: b}]", False),
        ("sources: {a b: {title: c}}", False),
        ("sources: {a: {title: c, type: artcle}}", False),
    ],
)
def test_editors_and_explainer_agree(
    content: str, good: bool, editor: jsonschema.Draft202012Validator
) -> None:
    assert editor.is_valid(pyyaml.load(content, Loader=Editor)) == good
    problems = annotations(content)
    assert good == (problems == ()) or "wrong" in content  # ratings and kinds depend on the site


def test_the_schema_lists_the_sites_ratings() -> None:
    found = json_schema("annotations", [Rating(id=Id("satire"), label="Satire")])
    for name in ("Claim", "RatingChange"):
        assert found["$defs"][name]["properties"]["rating"]["enum"] == ["satire"]


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"another key"])
@pytest.mark.parametrize("name", ["schemas.key", "annotations.schema.json", "site.schema.json"])
def test_schemas_are_written_again_if_a_file_is_damaged(
    tmp_path: Path, name: str, damage: bytes
) -> None:
    paths = write_schemas(tmp_path)
    folder = tmp_path / ".explainer"
    made = folders.contents(folder)
    (folder / name).write_bytes(damage)
    assert write_schemas(tmp_path) == paths
    assert folders.contents(folder) == made


def test_schemas_are_not_written_again_if_nothing_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_schemas(tmp_path)
    monkeypatch.setattr(cache, "write", lambda *_: pytest.fail("they are up to date"))
    write_schemas(tmp_path)
