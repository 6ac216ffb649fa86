import { dotLayer } from "./dots.js";
import { icon, make, rounded } from "./words.js";
import { mountSheet, openSheet } from "./sheet.js";

const NEAR_ZOOM = 16;
const SHOWN_LEVELS = new Set(["subdistrict"]);

function sign(layer, size, name) {
  return window.L.divIcon({ html: icon(layer, size), className: `sw-pin ${name}`, iconSize: [size, size] });
}

// The map of the register: one layer, one record to move or add, or a file before and after.
class Sheet {
  constructor(host, data) {
    this.host = host;
    this.sheet = openSheet(host, data, SHOWN_LEVELS);
    ({ frame: this.frame, map: this.map } = this.sheet);
    this.dots = dotLayer(this.map, (row) => this.send("picked", { row, stamp: this.data.points.stamp }));
    this.moves = window.L.layerGroup().addTo(this.map);
    this.mark = window.L.layerGroup().addTo(this.map);
    this.listen(this.sheet.canvas);
  }

  listen(canvas) {
    this.map.on("click", (event) => {
      if (this.data.placing) this.place(event.latlng);
      else this.dots.click(event);
    });
    canvas.addEventListener("keydown", (event) => {
      this.frame.classList.toggle("sw-by-key", true);
      if (event.key === "Enter" && this.data.placing) this.place(this.map.getCenter());
    });
    canvas.addEventListener("pointerdown", () => this.frame.classList.remove("sw-by-key"));
  }

  place({ lat, lng }) {
    this.send("placed", { lon: rounded(lng), lat: rounded(lat) });
  }

  drawMoves(moves, layer) {
    const L = window.L;
    this.moves.clearLayers();
    for (const [fromLon, fromLat, toLon, toLat, name] of moves) {
      const [from, to] = [[fromLat, fromLon], [toLat, toLon]];
      L.polyline([from, to], { className: "sw-move", interactive: false }).addTo(this.moves);
      L.circleMarker(from, { radius: 5, className: "sw-before", interactive: false }).addTo(this.moves);
      L.marker(to, { icon: sign(layer, 20, ""), title: name, keyboard: false }).addTo(this.moves);
    }
  }

  drawMark(at, layer) {
    this.mark.clearLayers();
    if (!at) return;
    const marker = window.L.marker([at.lat, at.lon], { icon: sign(layer, 30, "sw-held"), draggable: this.data.placing, title: at.name, alt: at.name, zIndexOffset: 2000 }).addTo(this.mark);
    marker.on("dragend", () => this.place(marker.getLatLng()));
    if (at.before) {
      window.L.polyline([[at.before[1], at.before[0]], [at.lat, at.lon]], { className: "sw-move", interactive: false }).addTo(this.mark);
      window.L.circleMarker([at.before[1], at.before[0]], { radius: 6, className: "sw-before", interactive: false }).addTo(this.mark);
    }
  }

  draw(data) {
    const known = this.data?.points.stamp;
    this.data = data;
    if (data.points.stamp !== known) this.dots.take(data.points);
    this.drawMoves(data.moves, data.points.layer);
    this.drawMark(data.mark, data.points.layer);
    this.frame.classList.toggle("sw-placing", data.placing);
    if (data.view && data.view.token !== this.token) {
      this.token = data.view.token;
      if (data.view.bounds) {
        const [west, south, east, north] = data.view.bounds;
        this.map.fitBounds([[south, west], [north, east]], { padding: [40, 40], maxZoom: NEAR_ZOOM, animate: false });
      } else this.map.setView([data.view.lat, data.view.lon], Math.max(this.map.getZoom(), NEAR_ZOOM));
    }
    this.host.dataset.drawn = data.points.stamp;
  }

  leave() {
    this.sheet.leave();
  }
}

export default function editing(component) {
  return mountSheet(component, ".sw-sheet-host", Sheet);
}
