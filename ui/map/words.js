// Small words everyone needs: elements without markup, folded text, coordinates, distances.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") element.className = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  // Strings become text nodes: data is never read as markup.
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(layer, size) {
  return make("i", {
    class: `sw-icon sw-icon-${layer}`,
    style: `--sw-icon:${size}px`,
    "aria-hidden": "true",
  });
}

// Full-width letters, case and spaces do not matter; variants read as one word.
export function fold(text, variants = []) {
  let folded = String(text).normalize("NFKC").toLowerCase().replace(/[\s'’·・-]+/gu, "");
  for (const [from, to] of variants) folded = folded.replaceAll(from, to);
  return folded;
}

// "113.25,23.1" in either order where only one is possible; null for anything else.
export function coordinates(text) {
  const plain = String(text).normalize("NFKC").trim().replace(/[、，;；]/gu, ",");
  const found = /^(-?\d{1,3}(?:\.\d+)?)\s*[°]?\s*[,\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*[°]?$/u.exec(plain);
  if (!found) return null;
  let [lon, lat] = [Number(found[1]), Number(found[2])];
  if (Math.abs(lat) > 90 && Math.abs(lon) <= 90) [lon, lat] = [lat, lon];
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null;
}

export function distance(metres) {
  if (metres < 1000) return `${Math.round(metres)} m`;
  return `${(metres / 1000).toFixed(metres < 10000 ? 2 : 1)} km`;
}

export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--sw-${name}`).trim();
}

export function rounded(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}

// "{count} of {all}" filled; a missing template speaks English.
export function wording(texts) {
  return (template, values = {}) =>
    (texts?.[template] ?? template).replace(/\{(\w+)\}/gu, (all, key) => values[key] ?? all);
}
