// Values that one load of a page leaves for the next, in session storage.

// Whether a stored value has the type of `like`, and if that is an object, its keys and their types.
const fits = (value, like) => {
  if (Array.isArray(like) || like === null || typeof like !== "object")
    return Array.isArray(value) === Array.isArray(like) && typeof value === typeof like;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && Object.entries(like).every(([key, each]) => fits(value[key], each));
};

// Return a value like `like`; null if there is none, because anything may have been stored.
export const recall = (key, like) => {
  try {
    const value = JSON.parse(sessionStorage.getItem(key));
    return fits(value, like) ? value : null;
  } catch {
    return null;
  }
};

export const keep = (key, value) => {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {} // storage is full or blocked
};
