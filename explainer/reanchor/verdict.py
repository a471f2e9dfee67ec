"""What became of an annotation when its article was edited."""

from __future__ import annotations

from typing import Literal, TypeAlias

from explainer.anchor.find import Span
from explainer.model.annotations import Target
from explainer.reanchor.tripwires import Tripwire
from explainer.support.values import dataclass

Status: TypeAlias = Literal["anchored", "ambiguous", "moved", "changed", "deleted"]
"""`anchored`: the target is found, on the words that it was made for. `ambiguous`: the quote is
found in several places. `moved`: there is a proposal that may be written unasked. `changed`: the
author must decide, with a proposal or without. `deleted`: the passage is gone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one annotation."""

    status: Status
    reason: str = ""
    """Why, for the author: a clause without a full stop; empty if it is simply anchored."""
    target: Target | None = None
    """The proposed target; None if there is none."""
    span: Span | None = None
    """Its place in the new text."""
    score: float | None = None
    """How sure the proposal is, from 0 to 1; None if nothing was compared."""
    tripwires: tuple[Tripwire, ...] = ()
    """What differs between the old passage and the proposed one."""
    old: str = ""
    """The old passage, if it is known; if the target is anchored, the old sentence."""
    new: str = ""
    """The proposed passage, or the sentence as it is."""
    is_found: bool = False
    """Whether the target has one place in the new text, so that a build places it: right or not."""
    here: Target | None = None
    """If it is found but doubtful: the target with more of the words around it, which says that
    this place is right, and is not asked about again."""
