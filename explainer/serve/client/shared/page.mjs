// What the server says of the page, in attributes of the script element: see service.py.

export const { own, token, page, address, report } = document.currentScript.dataset;
