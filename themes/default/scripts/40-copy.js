// Buttons that copy the address of a claim, or how to cite the page; only where they can.

const offerCopy = (place, label, text) => {
  const button = make("button", { className: "copy" }, label);
  button.onclick = () =>
    navigator.clipboard.writeText(text).then(
      () => {
        button.textContent = script.copied;
        setTimeout(() => (button.textContent = label), 2000);
      },
      () => {}, // the browser has told the reader that it may not
    );
  place.append(" · ", button);
};
if (navigator.clipboard) {
  for (const link of all("a.permalink")) offerCopy(link.parentElement, script.copy, link.href);
  // biome-ignore lint/performance/useDomNodeTextContent: as it is shown, without hidden parts
  for (const cite of all(".cite p")) offerCopy(cite, script.cite, cite.innerText);
}
