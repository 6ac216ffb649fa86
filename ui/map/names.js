import { make } from "./words.js";

const MOST = 25;
const AIR_PX = 2;
// Where a name may stand beside its place, the nearest first.
const ASIDE = [[0, 0], [0, -15], [0, 15], [0, -28], [0, 28], [-30, -15], [30, -15], [-30, 15], [30, 15]];

function meets(one, other) {
  return one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top;
}

function around(x, y, width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

// For each name {x, y, width, height} the step aside at which it covers the fewest signs and no
// other name; null where it has no room. `kept` are boxes that no name may touch at all.
export function roomFor(names, signs, kept, size) {
  const taken = [...kept];
  let drawn = 0;
  return names.map(({ x, y, width, height }) => {
    const inside = x > 0 && y > 0 && x < size.x && y < size.y;
    if (!inside || drawn >= MOST) return null;
    let best = null;
    for (const [right, down] of ASIDE) {
      const box = around(x + right, y + down, width + AIR_PX, height + AIR_PX);
      if (box.left < 0 || box.right > size.x) continue;
      if (taken.some((other) => meets(box, other))) continue;
      const covered = signs.filter((sign) => meets(box, sign)).length;
      if (!best || covered < best.covered) best = { right, down, box, covered };
      if (!best.covered) break;
    }
    if (!best) return null;
    taken.push(best.box);
    drawn += 1;
    return [best.right, best.down];
  });
}

// The signs that stand on the map now, clusters too, as boxes in pixels of the map.
function signBoxes(map) {
  const boxes = [];
  map.eachLayer((layer) => {
    if (!layer.getLatLng || !layer.options.icon) return;
    const { x, y } = map.latLngToContainerPoint(layer.getLatLng());
    const [width, height] = layer._icon?.classList.contains("sw-cluster") ? [36, 36] : layer.options.icon.options.iconSize ?? [0, 0];
    boxes.push(around(x, y, width, height));
  });
  return boxes;
}

// What an answer draws is never covered: the incident, the first teams and their labels.
function answerBoxes(map) {
  const edge = map.getContainer().getBoundingClientRect();
  const found = map.getContainer().querySelectorAll(".sw-incident, .sw-incident .sw-label, .sw-start-top .sw-icon, .sw-start-top .sw-label:not(.sw-label-none), .fc-held");
  return [...found].map((element) => {
    const box = element.getBoundingClientRect();
    return { left: box.left - edge.left, right: box.right - edge.left, top: box.top - edge.top, bottom: box.bottom - edge.top };
  });
}

// Names of the units in a pane above the signs, sharp at every zoom; `clear` ones never cover a sign.
export function nameLayer(map, spec, clear = false) {
  const pane = map.createPane("sw-names");
  const names = (spec?.name ?? []).map((name, row) => {
    const label = make("span", { class: "sw-name leaflet-zoom-hide", "aria-hidden": "true" }, name);
    pane.append(label);
    return { label, at: [spec.lat[row], spec.lon[row]] };
  });
  let shown = true;
  let due = 0;
  let gone = false;
  function place() {
    due = 0;
    if (gone) return;
    pane.hidden = !shown || !names.length;
    if (pane.hidden) return;
    const sizes = names.map(({ label }) => [label.offsetWidth, label.offsetHeight]);
    const points = names.map(({ at }) => map.latLngToContainerPoint(at));
    const boxes = points.map(({ x, y }, row) => ({ x, y, width: sizes[row][0], height: sizes[row][1] }));
    const [signs, kept] = [signBoxes(map), answerBoxes(map)];
    const room = clear ? roomFor(boxes, [], [...signs, ...kept], map.getSize()) : roomFor(boxes, signs, kept, map.getSize());
    room.forEach((aside, row) => {
      const { label, at } = names[row];
      label.style.visibility = aside ? "visible" : "hidden";
      if (!aside) return;
      const { x, y } = map.latLngToLayerPoint(at);
      label.style.transform = `translate(${Math.round(x + aside[0])}px, ${Math.round(y + aside[1])}px) translate(-50%, -50%)`;
    });
  }
  // Once a frame at most, and never in the frame that answers a click.
  function soon() {
    if (!gone) due ||= setTimeout(() => requestAnimationFrame(place), 60);
  }
  map.on("moveend zoomend resize layeradd layerremove", soon);
  return {
    show(on) {
      if (shown === on) return;
      shown = on;
      soon();
    },
    soon,
    // A map that goes away takes its layers off one by one: none of that asks for names.
    leave: () => {
      gone = true;
      clearTimeout(due);
    },
  };
}
