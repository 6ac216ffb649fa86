import { icon, make, rounded } from "./words.js";
import { nameLayer } from "./names.js";
import { mountSheet, openSheet } from "./sheet.js";

const NO_BORDERS = new Set();
const MOST_SIGNS = 80;
const NAMES_FROM_PX = 520;
const LEAST_PX = 120;
const ABOVE_NAMES = 690;
const [SIGN_WIDE_PX, DOT_PX, PROPOSED_PX] = [20, 3, 24];

// Whether the places are too many for a sign each; those of the plan aside.
const areMany = (places) => places.filter((place) => !place.movable && !place.number).length > MOST_SIGNS;

// The map of a plan: units by their shortage, the places, and those a hand may move.
class PlanMap {
  constructor(host, data) {
    this.host = host;
    this.drawn = {};
    this.sheet = openSheet(host, data, NO_BORDERS);
    const { map, frame } = this.sheet;
    this.map = map;
    map.createPane("pl-units").style.zIndex = 350;
    map.createPane("pl-new").style.zIndex = ABOVE_NAMES;
    [this.units, this.lines, this.places, this.outline] = Array.from({ length: 4 }, () => window.L.layerGroup().addTo(map));
    frame.classList.add("pl-sheet");
    this.legend = make("div", { class: "pl-legend", role: "note" });
    frame.append(this.legend);
    this.fitOnce();
  }

  // Coming from another page the map is made before it has a size; it is fitted when it has one.
  fitOnce() {
    const { canvas } = this.sheet;
    this.sizes = new ResizeObserver(() => {
      if (canvas.clientWidth < LEAST_PX || canvas.clientHeight < LEAST_PX) return;
      this.sizes.disconnect();
      this.map.invalidateSize({ animate: false });
      this.sheet.fit(false);
      if (this.data) this.drawUnits(this.data.units);
      this.token = null;
      this.look(this.data?.view);
    });
    this.sizes.observe(canvas);
  }

  // Only what differs from what is drawn is drawn anew.
  changes(part, value) {
    const now = JSON.stringify(value);
    if (this.drawn[part] === now) return false;
    this.drawn[part] = now;
    return true;
  }

  draw(data) {
    this.data = data;
    const many = areMany(data.places);
    if (this.changes("legend", [data.labels, many])) this.drawLegend(data.labels, many);
    if (this.changes("units", data.units)) this.drawUnits(data.units);
    if (this.changes("chosen", [data.units, data.chosen, data.outline])) this.drawChosen(data);
    if (this.changes("places", [data.places, data.layer])) this.drawPlaces(data);
    if (this.changes("lines", data.lines)) this.drawLines(data.lines);
    this.look(data.view);
    this.host.dataset.drawn = data.chosen || "all";
  }

  drawLegend({ legend, method }, many) {
    const key = (look) => {
      if (!look.startsWith("icon ")) return make("i", { class: `pl-key ${look}` });
      return many ? make("i", { class: "pl-key-dot" }) : icon(look.slice(5), 18);
    };
    const rows = legend.map(([look, text]) => make("li", {}, key(look), text));
    this.legend.replaceChildren(make("b", {}, method), make("ul", {}, ...rows));
  }

  drawUnits(units) {
    this.units.clearLayers();
    for (const unit of units) {
      const drawn = window.L.polygon(unit.rings, { pane: "pl-units", className: `pl-unit pl-${unit.level} pl-${unit.shade}`, smoothFactor: 0.6 }).addTo(this.units);
      drawn.on("click", () => this.send("picked", unit.code));
      drawn.getElement()?.append(this.titled(unit.title));
    }
    this.names?.leave();
    this.map.getPane("sw-names")?.remove();
    const named = this.sheet.canvas.clientWidth < NAMES_FROM_PX ? units.map((unit) => ({ ...unit, label: unit.label.split("\n").at(-1) })) : units;
    this.names = nameLayer(this.map, { name: named.map((unit) => unit.label), lon: units.map((unit) => unit.lon), lat: units.map((unit) => unit.lat) });
    this.names.soon();
  }

  titled(text) {
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = text;
    return title;
  }

  drawChosen({ units, chosen, outline }) {
    this.outline.clearLayers();
    if (outline.length) window.L.polygon(outline, { className: "pl-chosen", interactive: false, smoothFactor: 0.6 }).addTo(this.outline);
    for (const unit of units.filter((one) => one.code === chosen)) window.L.polygon(unit.rings, { className: "pl-chosen pl-inner", interactive: false, smoothFactor: 0.6 }).addTo(this.outline);
  }

  drawPlaces({ places, layer }) {
    this.places.clearLayers();
    const many = areMany(places);
    for (const place of places) {
      if (place.number) this.drawProposed(place);
      else if (place.movable) this.drawMovable(place, layer);
      else if (many) window.L.circleMarker([place.lat, place.lon], { radius: DOT_PX, className: `pl-dot${place.left ? " left" : ""}`, interactive: false }).addTo(this.places);
      else this.sign(place, layer, SIGN_WIDE_PX, `pl-place${place.left ? " left" : ""}`);
    }
    this.names?.soon();
  }

  sign(place, layer, size, look, more = {}) {
    const shape = window.L.divIcon({ html: icon(layer, size), className: `sw-pin ${look}`, iconSize: [size, size] });
    return window.L.marker([place.lat, place.lon], { icon: shape, title: place.name, alt: place.name, keyboard: false, ...more }).addTo(this.places);
  }

  drawProposed(place) {
    const shape = window.L.divIcon({ html: make("span", {}, String(place.number)), className: "sw-pin pl-proposed", iconSize: [PROPOSED_PX, PROPOSED_PX] });
    window.L.marker([place.lat, place.lon], { icon: shape, title: place.name, alt: place.name, keyboard: false, pane: "pl-new" }).addTo(this.places);
  }

  drawMovable(place, layer) {
    const marker = this.sign(place, layer, 30, "pl-movable", { draggable: true, zIndexOffset: 2000, keyboard: true });
    marker.on("dragend", () => {
      const { lat, lng } = marker.getLatLng();
      this.send("moved", { id: place.id, lon: rounded(lng), lat: rounded(lat) });
    });
  }

  drawLines(lines) {
    this.lines.clearLayers();
    for (const [look, title, way] of lines) window.L.polyline(way, { className: `pl-line ${look}`, smoothFactor: 1 }).bindTooltip(make("span", {}, title)).addTo(this.lines);
  }

  look(view) {
    if (!view || view.token === this.token) return;
    this.token = view.token;
    const [west, south, east, north] = view.bounds;
    this.map.fitBounds([[south, west], [north, east]], { padding: [24, 24], animate: false });
  }

  leave() {
    this.sizes.disconnect();
    this.names?.leave();
    this.sheet.leave();
  }
}

export default function planning(component) {
  return mountSheet(component, ".pl-host", PlanMap);
}
