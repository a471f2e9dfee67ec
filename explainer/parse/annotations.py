"""Read annotation files and the library into model values, or report problems to authors."""

from __future__ import annotations

from explainer.model.annotations import AnnotationFile, Library
from explainer.model.documents import Text
from explainer.model.location import Located
from explainer.model.problems import Problem
from explainer.parse import references, yaml
from explainer.parse.validate import validate


def read_annotations(text: Text) -> tuple[AnnotationFile | None, Located, tuple[Problem, ...]]:
    """Read `X.yaml`. Return its value (None if it has an error), its located data, and problems.

    The problems are those of `yaml.read`, `validate`, and `references.within`. `references.against`
    checks what depends on the library and the rating scale.
    """
    return validate(AnnotationFile, yaml.read(text), references.within)


def read_library(text: Text) -> tuple[Library | None, Located, tuple[Problem, ...]]:
    """Read `_library.yaml` like `read_annotations`, with `references.within_library`."""
    return validate(Library, yaml.read(text), references.within_library)
