import { distance, make } from "./words.js";

// Distances by right click, or by the button where there is no right button.
export function measureTool(map, t) {
  const L = window.L;
  const group = L.layerGroup().addTo(map);
  let points = [];
  function total() {
    return points.slice(1).reduce((sum, point, i) => sum + map.distance(points[i], point), 0);
  }
  function draw() {
    group.clearLayers();
    if (points.length > 1) {
      L.polyline(points, { className: "sw-ruler-case", interactive: false }).addTo(group);
      L.polyline(points, { className: "sw-ruler", interactive: false }).addTo(group);
    }
    for (const point of points) L.circleMarker(point, { radius: 4, className: "sw-vertex", interactive: false }).addTo(group);
    if (!points.length) return;
    const text = points.length > 1 ? distance(total()) : t("Start");
    L.marker(points.at(-1), {
      icon: L.divIcon({ html: make("span", { class: "sw-tag" }, text), className: "sw-tag-box", iconSize: [0, 0] }),
      interactive: false,
      keyboard: false,
    }).addTo(group);
  }
  function add(latlng) {
    points.push(latlng);
    draw();
  }
  return {
    name: "measure",
    hint: t("Measuring: each right click or click adds a point; Esc ends."),
    click: add,
    add,
    key(key) {
      if (key === "Backspace") {
        points.pop();
        draw();
      }
    },
    leave() {
      points = [];
      draw();
    },
  };
}
