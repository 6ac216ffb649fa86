import { addBasemap, basemapDepth } from "./basemap.js";
import { librariesReady } from "./store.js";
import { make } from "./words.js";

function newSheet(canvas, bounds) {
  const L = window.L;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(canvas, { zoomControl: false, attributionControl: false, doubleClickZoom: false, maxZoom: 19, minZoom: 8, zoomSnap: 0.25, zoomAnimation: !still, fadeAnimation: false, inertia: !still });
  const [west, south, east, north] = bounds;
  map.fitBounds([[south, west], [north, east]], { padding: [12, 12], animate: false });
  L.control.scale({ imperial: false, maxWidth: 120, position: "bottomleft" }).addTo(map);
  return map;
}

// What every quiet map has: the frame with its three buttons, the scale bar, the base map with the
// boundaries of the levels named. `data` holds bounds, labels and the address of the base map.
export function openSheet(host, data, levels) {
  const canvas = make("div", { class: "sw-canvas", tabindex: "0", role: "application", "aria-label": data.labels.map });
  const [nearer, further, whole] = ["＋", "−", "⤢"].map((text, number) => make("button", { type: "button", class: "sw-button", title: data.labels.tools[number], "aria-label": data.labels.tools[number] }, text));
  const frame = make("div", { class: "sw-map sw-sheet" }, canvas, make("i", { class: "sw-cross", "aria-hidden": "true" }), make("div", { class: "sw-tools sw-sheet-tools" }, make("div", { class: "sw-group" }, nearer, further, whole)));
  host.replaceChildren(frame);
  const map = newSheet(canvas, data.bounds);
  let gone = false;
  let drawn = null;
  const sheet = {
    canvas, frame, map,
    fit(animate = true) {
      const [west, south, east, north] = data.bounds;
      map.fitBounds([[south, west], [north, east]], { padding: [12, 12], animate });
    },
    leave() {
      gone = true;
      sizes.disconnect();
      dark.removeEventListener("change", redraw);
      map.remove();
    },
  };
  nearer.onclick = () => map.zoomIn();
  further.onclick = () => map.zoomOut();
  whole.onclick = () => sheet.fit();
  const sizes = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  sizes.observe(canvas);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const redraw = () => drawn?.redraw();
  dark.addEventListener("change", redraw);
  async function loadBasemap() {
    const depth = await basemapDepth(data);
    if (!gone) drawn = addBasemap(map, data, (level) => levels.has(level), depth);
  }
  if (data.basemap) loadBasemap().catch(() => { frame.dataset.bare = "true"; });
  return sheet;
}

// Mounts a quiet map in the element of that selector: made once, when the libraries are there, then
// told every state; `Made` is called with host and data, and has `draw(data)` and `leave()`.
export function mountSheet(component, selector, Made) {
  const host = component.parentElement.querySelector(selector);
  host.data = component.data;
  host.emit = component.setTriggerValue;
  if (!host.made) {
    host.made = librariesReady().then(() => {
      const made = new Made(host, host.data);
      made.send = (name, value) => host.emit(name, value);
      return made;
    });
    host.made.catch((error) => host.replaceChildren(make("p", { role: "alert", class: "sw-failed" }, `${host.data.labels.failed} (${error.message})`)));
  }
  host.made.then((made) => made.draw(host.data), () => {});
  return () => {
    host.made?.then((made) => made.leave(), () => {});
    delete host.made;
  };
}
