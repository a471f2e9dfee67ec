"""Annotation files and the library → the model's values, or problems in words for authors."""

from __future__ import annotations

from explainer.model.annotations import AnnotationFile, Library
from explainer.model.documents import Text
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.parse import references, yaml
from explainer.parse.validate import validate


def read_annotations(text: Text) -> tuple[AnnotationFile | None, Located, tuple[Problem, ...]]:
    """Read `X.yaml`: its value unless there is an error in it, its data with places, problems.

    Problems are those of `yaml.read`, of the types (`unknown-key`, `missing-key`, `empty-value`,
    `wrong-type`, `bad-value`) and of `references.within`. What needs the library and the rating
    scale is checked by `references.against`.
    """
    return validate(AnnotationFile, yaml.read(text), references.within)


def read_library(text: Text) -> tuple[Library | None, Located, tuple[Problem, ...]]:
    """Read `_library.yaml`, as `read_annotations` does, with `references.within_library`."""
    return validate(Library, yaml.read(text), references.within_library)
