// Replacing a changed style sheet without a moment in which the page has none.

const imports = (sheet, path) => {
  try {
    return [...(sheet?.cssRules ?? [])].some(
      (rule) =>
        rule instanceof CSSImportRule &&
        (new URL(rule.href, sheet.href).pathname === path || imports(rule.styleSheet, path)),
    );
  } catch {
    return false; // from another origin
  }
};

export const restyle = (path) => {
  for (const link of document.querySelectorAll("link[rel~=stylesheet]")) {
    const url = new URL(link.href);
    if (link.dataset.old || (url.pathname !== path && !imports(link.sheet, path))) continue;
    url.searchParams.set("v", Date.now());
    link.dataset.old = "true";
    const next = link.cloneNode();
    delete next.dataset.old;
    next.href = url;
    // Keep the old style sheet until the new one has loaded.
    next.onload = () => link.remove();
    next.onerror = () => {
      next.remove();
      delete link.dataset.old;
    };
    link.after(next);
  }
};
