// What the server's scripts share. They stand after the page's last element, this one first, and
// hand nothing to the page's own scripts.

const explainerServe = {
  recall(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  },
  keep(key, value) {
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
    } catch {} // storage is full, or forbidden
  },
  make(name, properties = {}, ...children) {
    const { aria = {}, ...rest } = properties;
    const element = Object.assign(document.createElement(name), rest);
    for (const [key, value] of Object.entries(aria)) element.setAttribute(`aria-${key}`, value);
    element.append(...children.filter((child) => child !== null));
    return element;
  },
};
