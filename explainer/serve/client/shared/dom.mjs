// Creating elements with properties, ARIA attributes, and children.

import { codeSpans } from "./text.mjs";

export const make = (name, properties = {}, ...children) => {
  const { aria = {}, ...rest } = properties;
  const element = Object.assign(document.createElement(name), rest);
  for (const [key, value] of Object.entries(aria)) element.setAttribute(`aria-${key}`, value);
  element.append(...children.filter((child) => child !== null));
  return element;
};

// The parts of a message, with text between backquotes as code elements.
export const prose = (text) =>
  codeSpans(text).map((part, i) => (i % 2 ? make("code", {}, part) : part));
