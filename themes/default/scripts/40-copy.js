// Buttons that copy the address of a claim, or how to cite the page.

const copied = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Pages that are not from https have no clipboard: select the words, and copy them as readers do.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
};
for (const button of all("button.copy")) {
  const label = button.textContent;
  button.addEventListener("click", async () => {
    const link = button.parentElement.querySelector("a.permalink");
    const page = document.querySelector("link[rel=canonical]")?.href ?? location.href.split("#")[0];
    const words = document.getElementById(button.dataset.copy)?.innerText;
    if (!(await copied(words ?? link?.href ?? page))) return;
    button.textContent = script.copied;
    button.focus();
    setTimeout(() => (button.textContent = label), 2000);
  });
}
