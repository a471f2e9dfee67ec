// The form's position: beside the selected text if there is space, otherwise at the bottom of the
// window with the text above it.

const coversWords = (dialog, side, rects) => {
  dialog.dataset.side = side;
  const box = dialog.getBoundingClientRect();
  return rects.some((rect) => rect.right > box.left - 8 && rect.left < box.right + 8);
};

// How far to scroll so that text, given by its top and bottom, is above `floor` and not cut off by the
// window's top; 0 if it is already visible.
export const scrollFor = (top, bottom, floor) =>
  top < 0 || bottom > floor - 8 ? top - Math.min(56, Math.max(8, floor - (bottom - top) - 16)) : 0;

// `range`: the selected text; null if it is no longer on the page.
export const placeForm = (dialog, range) => {
  const rects = [...(range?.getClientRects() ?? [])];
  const beside = ["right", "left"].find((each) => !coversWords(dialog, each, rects));
  const side = innerWidth < 800 ? "foot" : (beside ?? "foot");
  dialog.dataset.side = side;
  if (!rects.length) return;
  const { top, bottom } = range.getBoundingClientRect();
  const floor = side === "foot" ? dialog.getBoundingClientRect().top : innerHeight;
  // Even the last line of a page must be able to scroll above the form.
  if (side === "foot")
    document.documentElement.style.setProperty("padding-bottom", `${innerHeight - floor}px`);
  const by = scrollFor(top, bottom, floor);
  if (by) scrollBy({ top: by, behavior: "instant" });
};

export const takeSpaceBack = () => document.documentElement.style.removeProperty("padding-bottom");
