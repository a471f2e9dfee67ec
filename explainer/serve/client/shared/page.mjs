// The server's data about the page, from attributes of the script element (see service.py).

export const { own, token, page, address, report } = document.currentScript.dataset;
