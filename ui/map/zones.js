import { icon, make } from "./words.js";

const RADIANS = Math.PI / 180;
const SVG_SPACE = "http://www.w3.org/2000/svg";
// Drawn from the back to the front: the worst lies on top.
const LEGEND = ["worst", "protective", "guide", "light", "spread", "drawn", "flooded", "ring"];
const ORDER = ["spread", "flooded", "drawn", "light", "guide", "protective", "worst", "ring"];

// The ring, turned clockwise about the incident: a change of wind turns a zone and alters no length.
export function turnedRing(ring, { lon, lat }, degrees) {
  const [sin, cos] = [Math.sin(degrees * RADIANS), Math.cos(degrees * RADIANS)];
  const narrower = Math.cos(lat * RADIANS);
  return ring.map(([y, x]) => {
    const [east, north] = [(x - lon) * narrower, y - lat];
    return [lat + north * cos - east * sin, lon + (east * cos + north * sin) / narrower];
  });
}

// Whether a point lies in rings of [lat, lon]; a ring within a ring is a hole.
export function insideRings(rings, lat, lon) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [[y, x], [v, u]] = [ring[i], ring[j]];
      if (y > lat !== v > lat && lon < ((u - x) * (lat - y)) / (v - y) + x) inside = !inside;
    }
  }
  return inside;
}

// How many places to protect lie in the rings, by layer: [title, count], the most telling first.
export function receptorsInside(feed, rings) {
  return feed.layers
    .filter((spec) => spec.purpose === "receptor" && spec.geometry === "point")
    .map((spec) => [spec.title, spec.lat.reduce((sum, lat, row) => sum + (insideRings(rings, lat, spec.lon[row]) ? 1 : 0), 0)])
    .filter(([, count]) => count);
}

function farthest(rings, { lon, lat }) {
  const narrower = Math.cos(lat * RADIANS);
  const far = ([y, x]) => Math.hypot((x - lon) * narrower, y - lat);
  return rings.flat().reduce((best, point) => (far(point) > far(best) ? point : best));
}

// The points of a ring where its tag may stand: north, south, west, east.
function corners(rings) {
  const points = rings.flat();
  const most = (value) => points.reduce((best, point) => (value(point) > value(best) ? point : best));
  return [most(([y]) => y), most(([y]) => -y), most(([, x]) => -x), most(([, x]) => x)];
}

// Hatches: a spread is "may", not "will", so it has no solid ground; water has waves.
export function hatches() {
  const shape = (tag, attributes) => {
    const made = document.createElementNS(SVG_SPACE, tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const spread = shape("pattern", { id: "sw-hatch-spread", width: 9, height: 9, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  spread.append(shape("rect", { width: 1.6, height: 9, class: "sw-hatch-line" }));
  const flood = shape("pattern", { id: "sw-hatch-flooded", width: 16, height: 9, patternUnits: "userSpaceOnUse" });
  flood.append(shape("path", { d: "M0 4q4-4 8 0t8 0", class: "sw-hatch-wave" }));
  const box = shape("svg", { width: 0, height: 0, class: "sw-hatches", "aria-hidden": "true" });
  const definitions = shape("defs", {});
  definitions.append(spread, flood);
  box.append(definitions);
  return box;
}

function isApart(box, taken) {
  return taken.every((other) => box.left >= other.right || box.right <= other.left || box.top >= other.bottom || box.bottom <= other.top);
}

// The zones with their tags, the flag of the stand-off point; turned in place while a hand turns the dial.
export function zoneLayer(map, t) {
  const L = window.L;
  const areas = L.layerGroup().addTo(map);
  const signs = L.layerGroup().addTo(map);
  let shown = [];
  let incident = null;

  function tagAt(zone, rings) {
    return zone.look === "ring" ? corners(rings)[0] : farthest(rings, incident);
  }
  function drawTag(zone) {
    if (!zone.tag || !zone.rings.length) return null;
    const html = make("span", { class: `sw-zone-tag sw-zone-tag-${zone.look}` }, zone.tag);
    return L.marker(tagAt(zone, zone.rings), {
      icon: L.divIcon({ html, className: "sw-zone-tag-box", iconSize: [0, 0] }),
      interactive: false,
      keyboard: false,
      alt: zone.tag,
      zIndexOffset: 1200,
    }).addTo(signs);
  }
  function drawZone(zone) {
    const area = L.polygon(zone.rings, { className: `sw-zone sw-zone-${zone.look}`, interactive: false, smoothFactor: 0.6 }).addTo(areas);
    const path = area.getElement();
    if (path && (zone.look === "spread" || zone.look === "flooded")) path.style.fill = `url(#sw-hatch-${zone.look})`;
    return { zone, area, tag: drawTag(zone) };
  }
  function drawFlag(mark) {
    const html = make("div", { class: "sw-stand-off" }, icon("_standoff", 34), make("span", { class: "sw-label" }, mark.label));
    L.marker([mark.lat, mark.lon], {
      icon: L.divIcon({ html, className: "sw-stand-off-box", iconSize: [34, 34], iconAnchor: [7, 33] }),
      interactive: false,
      keyboard: false,
      alt: mark.label,
      zIndexOffset: 1900,
    }).addTo(signs);
  }
  // The incident's name goes where the flag of the stand-off point beside it leaves room.
  function placeIncident(host) {
    const label = host.querySelector(".sw-incident .sw-label");
    if (!label) return;
    const flag = [...host.querySelectorAll(".sw-stand-off .sw-icon, .sw-stand-off .sw-label")].map((sign) => sign.getBoundingClientRect());
    for (const side of ["", "sw-label-below", "sw-label-left"]) {
      label.className = `sw-label ${side}`;
      if (isApart(label.getBoundingClientRect(), flag)) return;
    }
  }
  // Of tags that lie on each other only the worse one is read; a ring's goes where there is room.
  function clearTags() {
    const host = map.getContainer();
    placeIncident(host);
    const signs = [...host.querySelectorAll(".sw-incident .sw-label, .sw-incident .sw-icon, .sw-stand-off, .sw-stand-off .sw-label")];
    const taken = signs.map((sign) => sign.getBoundingClientRect());
    const level = ({ zone }) => ORDER.indexOf(zone.look);
    for (const { zone, tag } of [...shown].filter((one) => one.tag).sort((a, b) => level(b) - level(a))) {
      const element = tag.getElement()?.firstElementChild;
      if (!element) continue;
      element.hidden = false;
      const places = zone.look === "ring" ? corners(zone.rings) : [null];
      const found = places.some((place) => {
        if (place) tag.setLatLng(place);
        return isApart(element.getBoundingClientRect(), taken);
      });
      if (found) taken.push(element.getBoundingClientRect());
      else element.hidden = zone.look === "ring" || zone.look === "spread" || zone.look === "light";
    }
  }
  map.on("zoomend resize", clearTags);
  return {
    draw(data) {
      areas.clearLayers();
      signs.clearLayers();
      shown = [];
      incident = data.incident;
      const flooded = (data.what_if?.flooded ?? []).map((ring) => ({ look: "flooded", tag: t("Flooded"), rings: [ring.map(([lon, lat]) => [lat, lon])] }));
      const back = (zone) => ORDER.indexOf(zone.look);
      shown = [...(data.zones ?? []), ...flooded].sort((a, b) => back(a) - back(b)).map(drawZone);
      if (data.stand_off) drawFlag(data.stand_off);
      requestAnimationFrame(clearTags);
    },
    // Shows the zones as another wind would lay them, and returns the rings people are counted in.
    turn(degrees) {
      let protective = [];
      for (const { zone, area, tag } of shown) {
        if (!zone.turns) continue;
        const rings = zone.rings.map((ring) => turnedRing(ring, incident, degrees));
        area.setLatLngs(rings);
        tag?.setLatLng(tagAt(zone, rings));
        if (zone.look === "protective" || !protective.length) protective = rings;
      }
      return protective;
    },
    bounds(data) {
      const telling = new Set(["worst", "protective", "guide", "ring", "drawn"]);
      const points = shown.filter(({ zone }) => telling.has(zone.look)).flatMap(({ zone }) => zone.rings.flat());
      if (points.length && data.stand_off) points.push([data.stand_off.lat, data.stand_off.lon]);
      return points.length ? L.latLngBounds(points) : null;
    },
  };
}

// The samples of the legend, the worst first, each with its threshold; last what computed them.
export function zoneLegend(data) {
  const zones = [...(data.zones ?? [])].filter((zone) => zone.legend).sort((a, b) => LEGEND.indexOf(a.look) - LEGEND.indexOf(b.look));
  const samples = zones.map((zone) => make("span", { class: "sw-sample" }, make("i", { class: `sw-patch sw-patch-${zone.look}`, "aria-hidden": "true" }), zone.legend));
  return data.model ? [...samples, make("span", { class: "sw-model" }, data.model)] : samples;
}
