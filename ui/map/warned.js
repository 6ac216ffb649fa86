import { make } from "./words.js";

// What early warning found: a patch with its colour's character at the object, read without colour too.
export function warnedLayer(map) {
  const L = window.L;
  const group = L.layerGroup().addTo(map);
  return {
    draw(marks) {
      group.clearLayers();
      for (const mark of marks ?? []) {
        const html = make("span", { class: `sw-warned sw-warned-${mark.look}` }, mark.colour);
        L.marker([mark.lat, mark.lon], {
          icon: L.divIcon({ html, className: "sw-warned-box", iconSize: [18, 18], iconAnchor: [-4, 22] }),
          interactive: false,
          keyboard: false,
          alt: mark.colour,
          zIndexOffset: 1500,
        }).addTo(group);
      }
    },
  };
}
