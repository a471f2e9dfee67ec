// Buttons that copy the address of a claim or a citation of the page, if the browser supports it.

const offerCopy = (place, label, text) => {
  const button = make("button", { className: "copy" }, label);
  button.onclick = () =>
    navigator.clipboard.writeText(text).then(
      () => {
        button.textContent = script.copied;
        setTimeout(() => (button.textContent = label), 2000);
      },
      () => {}, // the browser tells readers that copying is not allowed
    );
  place.append(" ", button);
};
if (navigator.clipboard) {
  for (const link of all(".claim > .foot > :last-child"))
    offerCopy(link.parentElement, script.copy, link.href);
  // biome-ignore lint/performance/useDomNodeTextContent: the visible text, without hidden parts
  for (const cite of all(".cite p")) offerCopy(cite, script.cite, cite.innerText);
}
