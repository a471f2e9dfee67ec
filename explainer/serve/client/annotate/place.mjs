// Where the form goes: beside the words, where there is room; else at the foot of the window, the
// words above it.

const coversWords = (dialog, side, rects) => {
  dialog.dataset.side = side;
  const box = dialog.getBoundingClientRect();
  return rects.some((rect) => rect.right > box.left - 8 && rect.left < box.right + 8);
};

// How far to scroll so that words, given by their top and bottom, are above `floor`, not hidden by
// the window's top; 0 where they are seen as it is.
export const scrollFor = (top, bottom, floor) =>
  top < 0 || bottom > floor - 8 ? top - Math.min(56, Math.max(8, floor - (bottom - top) - 16)) : 0;

// `range`: the words; null where they are not found on the page any more.
export const placeForm = (dialog, range) => {
  const rects = [...(range?.getClientRects() ?? [])];
  const beside = ["right", "left"].find((each) => !coversWords(dialog, each, rects));
  const side = innerWidth < 800 ? "foot" : (beside ?? "foot");
  dialog.dataset.side = side;
  if (!rects.length) return;
  const { top, bottom } = range.getBoundingClientRect();
  const floor = side === "foot" ? dialog.getBoundingClientRect().top : innerHeight;
  // The last words of a page must be able to come above the form, too.
  if (side === "foot")
    document.documentElement.style.setProperty("padding-bottom", `${innerHeight - floor}px`);
  const by = scrollFor(top, bottom, floor);
  if (by) scrollBy({ top: by, behavior: "instant" });
};

export const takeSpaceBack = () => document.documentElement.style.removeProperty("padding-bottom");
