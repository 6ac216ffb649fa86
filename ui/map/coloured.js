import { make } from "./words.js";
import { nameLayer } from "./names.js";
import { mountSheet, openSheet } from "./sheet.js";

const [CROWD_WIDE_PX, CROWD_HIGH_PX] = [58, 30];
const ALONE_ZOOM = 16;
const SIGN_PX = 24;
const PICK_ZOOM = 15;
const NO_LEVELS = new Set();
const SMALL_PX = 600;
// The gravest first: it speaks for a crowd and lies on top.
const GRAVITY = ["red", "orange", "yellow", "blue", "none"];

// The rows of marks that would cover one another, together: one list for each crowd, led by the
// first of them, where its sign stands; so no two signs of crowds meet.
export function crowds(spots, apart) {
  if (apart) return spots.map((_, row) => [row]);
  const found = [];
  spots.forEach(([x, y], row) => {
    const near = found.find(([first]) => Math.abs(spots[first][0] - x) < CROWD_WIDE_PX && Math.abs(spots[first][1] - y) < CROWD_HIGH_PX);
    if (near) near.push(row);
    else found.push([row]);
  });
  return found;
}

// How many of each colour, the gravest first: [colour, count].
export function byGravity(colours) {
  return GRAVITY.map((colour) => [colour, colours.filter((one) => one === colour).length]).filter(([, count]) => count);
}

function aloneSign(mark, chosen) {
  const sign = make("span", { class: `fc-sign fc-${mark.colour}${chosen ? " chosen" : ""}` }, make("i", {}, mark.sign));
  return chosen ? make("div", {}, sign, make("span", { class: "fc-held" }, mark.name)) : sign;
}

// The gravest colour with its count, and of how many; the strip below shows the others' shares.
function crowdSign(counts, signs) {
  const [[colour, count]] = counts;
  const all = counts.reduce((sum, [, many]) => sum + many, 0);
  const strip = make("span", { class: "fc-strip" }, ...counts.map(([one, many]) => make("i", { class: `fc-${one}`, style: `flex:${many}` })));
  return make("span", { class: `fc-crowd fc-${colour}` }, `${signs[colour]}${count}${count < all ? `/${all}` : ""}`, strip);
}

// The four-colour map: units by their gravest colour, sources by colour and character.
class ColouredMap {
  constructor(host, data) {
    this.host = host;
    this.drawn = {};
    this.sheet = openSheet(host, data, NO_LEVELS);
    const { map, frame } = this.sheet;
    this.map = map;
    [this.areas, this.plants, this.rings, this.ways, this.marks] = Array.from({ length: 5 }, () => window.L.layerGroup().addTo(map));
    frame.classList.add("fc-sheet");
    frame.append(this.legend(data.labels), this.arrow());
    map.invalidateSize({ animate: false });
    this.sheet.fit(false);
    map.on("zoomend", () => this.data && this.drawMarks());
  }

  legend({ legend, title }) {
    const rows = legend.map(([look, sign, text]) => make("li", {}, sign ? make("b", { class: `fc ${look}` }, sign) : make("i", { class: `fc-key ${look}` }), text));
    return make("div", { class: "fc-legend", role: "note", "aria-label": title }, make("ul", {}, ...rows));
  }

  arrow() {
    const shape = (tag, attributes) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      return made;
    };
    const head = shape("marker", { id: "fc-end", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 5, markerHeight: 5, orient: "auto" });
    head.append(shape("path", { d: "M0 0L8 4L0 8z", class: "fc-head" }));
    const box = shape("svg", { width: 0, height: 0, class: "sw-hatches", "aria-hidden": "true" });
    box.append(head);
    return box;
  }

  // Only what differs from what is drawn is drawn anew.
  differs(part, value) {
    const now = JSON.stringify(value);
    if (this.drawn[part] === now) return false;
    this.drawn[part] = now;
    return true;
  }

  draw(data) {
    this.data = data;
    if (this.differs("areas", data.areas)) this.drawAreas(data.areas);
    if (this.differs("plants", data.plants)) this.drawShapes(this.plants, data.plants.map((rings) => ["fc-plant", rings]));
    if (this.differs("rings", data.rings)) this.drawShapes(this.rings, data.rings);
    if (this.differs("ways", data.ways)) this.drawWays(data.ways);
    if (this.differs("marks", [data.marks, data.picked])) this.drawMarks();
    this.look(data);
    this.host.dataset.drawn = String(data.marks.length);
  }

  drawAreas(areas) {
    this.drawShapes(this.areas, areas.map((area) => [`fc-area fc-${area.colour}`, area.rings]));
    this.names?.leave();
    this.map.getPane("sw-names")?.remove();
    this.names = nameLayer(this.map, { name: areas.map((area) => area.label), lon: areas.map((area) => area.lon), lat: areas.map((area) => area.lat) }, this.sheet.canvas.clientWidth < SMALL_PX);
    this.names.soon();
  }

  drawShapes(group, shapes) {
    group.clearLayers();
    for (const [className, rings] of shapes) window.L.polygon(rings, { className, interactive: false, smoothFactor: 0.6 }).addTo(group);
  }

  drawWays(ways) {
    this.ways.clearLayers();
    for (const way of ways) window.L.polyline(way, { className: "fc-way", interactive: false, noClip: true }).addTo(this.ways);
  }

  drawMarks() {
    const { marks, picked } = this.data;
    const zoom = this.map.getZoom();
    const gravity = (mark) => GRAVITY.indexOf(mark.colour);
    const rest = marks.filter((mark) => mark.key !== picked).sort((one, other) => gravity(one) - gravity(other));
    const spots = rest.map((mark) => { const { x, y } = this.map.project([mark.lat, mark.lon], zoom); return [x, y]; });
    this.marks.clearLayers();
    for (const rows of crowds(spots, zoom >= ALONE_ZOOM)) {
      if (rows.length === 1) this.drawAlone(rest[rows[0]], false);
      else this.drawCrowd(rows.map((row) => rest[row]));
    }
    const held = marks.find((mark) => mark.key === picked);
    if (held) this.drawAlone(held, true);
    this.names?.soon();
  }

  drawAlone(mark, chosen) {
    const above = chosen ? 3000 : 100 * (GRAVITY.length - GRAVITY.indexOf(mark.colour));
    const size = chosen ? SIGN_PX + 10 : SIGN_PX;
    const icon = window.L.divIcon({ html: aloneSign(mark, chosen), className: "fc-box", iconSize: [size, size] });
    const title = `${mark.sign} ${mark.name}`;
    const made = window.L.marker([mark.lat, mark.lon], { icon, title, alt: title, keyboard: false, zIndexOffset: above }).addTo(this.marks);
    made.on("click", () => {
      this.token = mark.key;
      this.send("picked", mark.key);
    });
  }

  drawCrowd(held) {
    const counts = byGravity(held.map((mark) => mark.colour));
    const icon = window.L.divIcon({ html: crowdSign(counts, this.data.signs), className: "fc-box", iconSize: [54, 26] });
    const title = counts.map(([colour, count]) => `${this.data.signs[colour]} ${count}`).join(" · ");
    const made = window.L.marker([held[0].lat, held[0].lon], { icon, title, alt: title, keyboard: false, zIndexOffset: 700 }).addTo(this.marks);
    made.on("click", () => this.map.fitBounds(window.L.latLngBounds(held.map((mark) => [mark.lat, mark.lon])), { padding: [60, 60], maxZoom: ALONE_ZOOM }));
  }

  // A source picked in the list comes into view; one picked on the map does not move it.
  look({ look, picked, marks }) {
    if (!look || picked === this.token) return;
    this.token = picked;
    const held = marks.find((mark) => mark.key === picked);
    if (!held) return;
    this.map.setView([held.lat, held.lon], Math.max(this.map.getZoom(), PICK_ZOOM));
    // On a phone the list stands below the map: what was picked there comes into view.
    this.host.scrollIntoView({ block: "nearest" });
  }

  leave() {
    this.names?.leave();
    this.sheet.leave();
  }
}

export default function coloured(component) {
  return mountSheet(component, ".fc-host", ColouredMap);
}
