import { addBasemap, basemapDepth } from "./basemap.js";
import { addMarkers, choropleth, recordPopup } from "./markers.js";
import { answerLayer, answerLegend } from "./answer.js";
import { button, modeKeeper, pageKeys, pageLinks, toolColumn } from "./controls.js";
import { closureTool } from "./closures.js";
import { feedReady, librariesReady, pageStore } from "./store.js";
import { layerPanel } from "./panel.js";
import { make, rounded, wording } from "./words.js";
import { nameLayer } from "./names.js";
import { measureTool } from "./measure.js";
import { savePicture } from "./snapshot.js";
import { searchBox } from "./search.js";
import { hatches, receptorsInside, zoneLayer, zoneLegend } from "./zones.js";
import { warnedLayer } from "./warned.js";
import { whatIfPanel, windBox } from "./whatif.js";

const ROOMY = new Set(["responder", "refuge", "unit"]);
const NARROW_PX = 720;
const PANEL_PX = 252;
const WIDE_PX = 1000;
const FINE = 0.1;
const SETTLE_MS = 150;
const KEPT_PX = 24;
const LOW_PX = 520;
const FAR_STEPS = 4;
const PATIENCE_MS = 10_000;
const WAIT_MS = 150;

// As narrow as the style's own query: a phone, or a small map beside a table.
function narrow({ width }) {
  return width <= NARROW_PX;
}

function sizeOf({ clientWidth: width, clientHeight: height }) {
  return { width, height };
}

// The whole district, as large as it goes: only here the zoom may stand between two steps.
function fitWhole(map, feed, frame) {
  const [west, south, east, north] = feed.bounds;
  const size = sizeOf(frame);
  const small = narrow(size);
  const calm = size.width > WIDE_PX;
  const padding = small
    ? { paddingTopLeft: [8, frame.querySelector(".sw-search")?.offsetParent ? 62 : 8], paddingBottomRight: [8, 30] }
    : { paddingTopLeft: [frame.querySelector(".sw-rail") ? 70 : PANEL_PX + 8, 76], paddingBottomRight: [calm ? 60 : 12, 36] };
  map.options.zoomSnap = FINE;
  map.fitBounds([[south, west], [north, east]], { ...padding, animate: false });
  map.options.zoomSnap = 1;
}

// The place of the district that is nearest to the incident: the incident itself where it is inside.
function nearestPoint([west, south, east, north], { lon, lat }) {
  return [Math.min(Math.max(lat, south), north), Math.min(Math.max(lon, west), east)];
}

function newMap(canvas, feed) {
  const L = window.L;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(canvas, {
    zoomControl: false,
    attributionControl: false,
    doubleClickZoom: false,
    maxZoom: 19,
    minZoom: 8,
    zoomAnimation: !still,
    fadeAnimation: false,
    inertia: !still,
  });
  fitWhole(map, feed, canvas);
  L.control.scale({ imperial: false, maxWidth: 120, position: "bottomleft" }).addTo(map);
  return map;
}

function switchState(feed, size) {
  const { switches } = pageStore();
  // A hand's width has room for who comes and where people go; the rest is one press away.
  const room = (spec) => !narrow(size) || ROOMY.has(spec.purpose);
  for (const spec of feed.layers) switches[spec.key] ??= spec.shown && room(spec);
  return { get: (key) => switches[key] ?? true, set: (key, on) => { switches[key] = on; }, all: () => ({ ...switches }) };
}

// Tells the page that the answer to this click stands on the screen.
function painted(seq) {
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const { dataset } = document.documentElement;
    dataset.painted = String(seq);
    dataset.paints = String(Number(dataset.paints ?? 0) + 1);
  }));
}

function pictureWords(feed, t, sample) {
  const now = new Date();
  const stamp = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const clock = [now.getHours(), now.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
  return {
    sample,
    left: [feed.district, sample, feed.as_of ? t("Data as of {date}", { date: feed.as_of }) : ""].filter(Boolean).join("  ·  "),
    right: t("Saved {date}", { date: `${stamp} ${clock}` }),
    file: `map-${stamp}-${clock.replace(":", "")}.png`,
  };
}

class LiveMap {
  constructor(host, feed) {
    this.host = host;
    this.feed = feed;
    this.t = wording(feed.texts);
    this.leaving = [];
    this.due = {};
    this.gone = false;
    this.tokens = new Set();
    this.build();
  }

  build() {
    const { feed, t } = this;
    const canvas = make("div", { class: "sw-canvas", tabindex: "0", role: "application", "aria-label": t("Map. Arrows move, plus and minus zoom, Enter sets the incident at the cross.") });
    this.frame = make("div", { class: "sw-map", lang: feed.language }, canvas, make("i", { class: "sw-cross", "aria-hidden": "true" }));
    this.host.replaceChildren(this.frame);
    this.size = sizeOf(this.frame);
    this.map = newMap(canvas, feed);
    this.modes = modeKeeper(this.frame, t);
    this.popup = recordPopup(this.map, t, {
      picked: (record) => this.send("picked", record),
      incident: (shown) => this.setIncident({ ...shown, label: shown.name, way: "marker" }),
    });
    this.switches = switchState(feed, this.size);
    this.markers = addMarkers(this.map, feed, (spec, row, at) => this.popup.open(spec, row, at));
    for (const spec of feed.layers) this.markers.show(spec.key, this.switches.get(spec.key));
    this.names = nameLayer(this.map, feed.basemap ? feed.layers.find((spec) => spec.key === "subdistrict") : null);
    this.leaving.push(() => this.names.leave());
    this.zones = zoneLayer(this.map, t);
    this.answer = answerLayer(this.map, t);
    this.closures = closureTool(this.map, t, this.modes, () => this.basemap, {
      send: (closed) => this.send("closure", closed),
      flood: (ring) => this.whatIf.flood(ring),
    });
    this.measure = measureTool(this.map, t);
    this.buildOverlays();
    this.listen(canvas);
    this.loadBasemap();
  }

  buildOverlays() {
    const { feed, t, map } = this;
    this.panel = layerPanel(feed, t, this.switches, (keys) => this.switched(keys));
    this.search = searchBox(feed, t, {
      incident: (hit) => this.setIncident({ ...hit, label: hit.layer || hit.what !== t("Coordinates") ? hit.name : "", way: "search" }),
      look: (hit) => map.setView([hit.lat, hit.lon], Math.max(map.getZoom(), 16)),
    });
    this.tools = toolColumn(map, this.frame, t, {
      mode: (name) => this.modes.enter({ draw: this.closures.drawing, road: this.closures.roads, measure: this.measure }[name]),
      undo: () => this.closures.undo(),
      clear: () => this.closures.clear(),
      fit: () => this.fit(),
      whole: () => this.fitAll(),
      full: () => (document.fullscreenElement ? document.exitFullscreen() : this.frame.requestFullscreen()),
      picture: () => this.picture(),
    });
    this.modes.changed = (name) => this.tools.mark(name);
    this.legend = make("div", { class: "sw-legend", role: "note", "aria-label": t("Legend"), hidden: "" });
    this.wind = windBox();
    this.warned = warnedLayer(this.map);
    this.whatIf = whatIfPanel(t, {
      turning: (bearing) => this.turning(bearing),
      send: (turned) => this.send("turned", turned),
      flood: () => this.modes.enter(this.closures.flooding),
    });
    const tip = make("div", { class: "sw-tip" }, t("or click the map · right click measures · C draws a closure"));
    const layers = button(t("Layers"), t("Layers"), () => this.frame.classList.toggle("sw-panel-open"), "sw-phone-layers");
    const closer = button("✕", t("Close the layers"), () => this.frame.classList.remove("sw-panel-open"), "sw-phone-close");
    this.panel.panel.append(closer);
    const sample = feed.sample ? make("div", { class: "sw-sample-mark" }, t("Sample data")) : "";
    this.frame.append(this.panel.panel, make("div", { class: "sw-top" }, this.search.box, tip, this.legend, this.wind.box), this.whatIf.panel, hatches(), layers, this.modes.hint, this.tools.toggle, this.tools.column, sample);
    this.tools.refresh({ closures: 0, incident: false });
  }

  listen(canvas) {
    const { map, modes } = this;
    map.on("click", (event) => {
      if (modes.current()) modes.current().click(event.latlng);
      else this.setIncident({ lon: event.latlng.lng, lat: event.latlng.lat, label: "", way: "click" });
    });
    map.on("mousemove", (event) => modes.current()?.move?.(event.latlng));
    map.on("dblclick", () => modes.current()?.twice?.());
    map.on("contextmenu", (event) => {
      if (modes.current() !== this.measure) modes.enter(this.measure);
      this.measure.add(event.latlng);
    });
    canvas.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.target !== canvas || modes.current()) return;
      const { lng, lat } = map.getCenter();
      this.setIncident({ lon: lng, lat, label: "", way: "key" });
    });
    const forMode = (event) => (modes.current()?.key ? modes.current().key(event.key) : false);
    this.leaving.push(
      pageKeys({
        "/": () => this.search.focus(),
        c: () => modes.enter(this.closures.drawing),
        Enter: forMode,
        Backspace: forMode,
        Escape: () => {
          if (!modes.current()) return false;
          return modes.leave();
        },
      }),
      pageLinks({
        fly: (lon, lat) => map.setView([lat, lon], Math.max(map.getZoom(), 16)),
        route: (rank) => this.answer.focus(rank),
        hover: (rank) => this.answer.highlight(rank),
        unmask: (record) => this.send("unmask", record),
        withdraw: (team) => this.whatIf.withdraw(team),
      }),
    );
    // The cross shows where Enter will set the incident: for the keyboard only.
    const cross = (on) => () => this.frame.classList.toggle("sw-by-key", on);
    canvas.addEventListener("keydown", cross(true));
    canvas.addEventListener("pointerdown", cross(false));
    canvas.addEventListener("blur", cross(false));
    this.watch(canvas);
  }

  watch(canvas) {
    // Until a hand or an incident moves the map, the whole district stays in view.
    this.whole = true;
    this.map.on("movestart", () => { this.whole = this.fitting === true; });
    const sizes = new ResizeObserver(() => {
      // Kept, because asking in the midst of an answer would have the browser lay out half of it.
      this.size = sizeOf(this.frame);
      const { whole } = this;
      this.map.invalidateSize({ animate: false });
      if (whole && !this.pending && !this.data?.incident) this.fitAll();
      else this.whole = whole;
    });
    sizes.observe(canvas);
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const redraw = () => this.basemap?.redraw();
    dark.addEventListener("change", redraw);
    const renewed = () => {
      if (pageStore().feed !== this.feed) this.renew?.();
    };
    window.addEventListener("shouwang:feed", renewed);
    this.leaving.push(
      () => sizes.disconnect(),
      () => dark.removeEventListener("change", redraw),
      () => window.removeEventListener("shouwang:feed", renewed),
    );
  }

  async loadBasemap() {
    if (!this.feed.basemap) return;
    try {
      const depth = await basemapDepth(this.feed);
      if (this.gone) return;
      this.basemap = addBasemap(this.map, this.feed, (level) => this.switches.get(level), depth);
      if (this.data) this.basemap.close(this.data.closed_roads);
      this.basemap.quiet(Boolean(this.area));
    } catch (error) {
      this.modes.say(this.t("The base map could not be read ({reason}); the rest works.", { reason: error.message }));
    }
  }

  setIncident(hit) {
    const store = pageStore();
    store.seq += 1;
    const incident = { lon: rounded(hit.lon), lat: rounded(hit.lat), label: hit.label ?? "" };
    this.pending = { drawn: this.data?.seq, until: performance.now() + PATIENCE_MS };
    this.send("click", { ...incident, seq: store.seq, way: hit.way, layer: hit.layer ?? "", id: hit.id ?? "" });
    // Most answers are here before: painting the wait first would only hold them up.
    this.later("waiting", WAIT_MS, () => this.expect(incident, hit.way, store.seq));
  }

  // One of a kind at a time; what is still due when the map goes away never comes.
  later(kind, ms, act) {
    clearTimeout(this.due[kind]);
    this.due[kind] = this.gone ? 0 : setTimeout(act, ms);
  }

  expect(incident, way, seq) {
    if (pageStore().seq !== seq || !this.pending) return;
    this.map.closePopup();
    this.answer.expect(incident);
    if (way !== "click" && !this.map.getBounds().pad(-0.1).contains([incident.lat, incident.lon])) {
      this.map.setView([incident.lat, incident.lon], Math.max(this.map.getZoom(), 14));
    }
  }

  switched(keys) {
    for (const key of keys) this.markers.show(key, this.switches.get(key));
    if (keys.some((key) => key === "subdistrict" || key === "community")) this.basemap?.redraw();
    this.names.show(this.namesOn());
    this.send("switches", this.switches.all());
  }

  namesOn() {
    return this.switches.get("subdistrict") && !this.area;
  }

  fitAll() {
    this.fitting = true;
    fitWhole(this.map, this.feed, this.frame);
    this.fitting = false;
    this.whole = true;
  }

  // While a hand turns the dial: the zones turn at once; what else the page says is the old wind's.
  turning(bearing) {
    document.documentElement.dataset.turning = "1";
    const computed = this.data?.wind?.from_deg ?? null;
    if (computed === null) return "";
    const rings = this.zones.turn(bearing - computed);
    if (!rings.length) return "";
    const inside = receptorsInside(this.feed, rings);
    return inside.length ? inside.map(([title, count]) => `${title} ${count}`).join(" · ") : this.t("No place to protect inside");
  }

  // The incident and the way of the first team stay in view; where they are, nothing moves.
  keepInView(data) {
    clearTimeout(this.due.keeping);
    const asked = data.incident && `${data.incident.lon},${data.incident.lat}`;
    // Zones come when somebody says what it is or turns a knob, not under a click on the map: where
    // they do not fit what is seen, the map makes room.
    if (asked && asked === this.kept && data.zones.length) this.later("keeping", SETTLE_MS, () => this.fitZones());
    if (asked === this.kept) return;
    this.kept = asked;
    if (!asked) return;
    this.later("keeping", SETTLE_MS, () => {
      if (this.modes.current() || !this.data.incident) return;
      const { map } = this;
      const bounds = this.answer.extent({ ...data, routes: data.routes.filter((route) => route.rank === 1) });
      bounds.extend(nearestPoint(this.feed.bounds, data.incident));
      const size = map.getSize();
      const corner = (x, y) => map.containerPointToLatLng([x, y]);
      const seen = window.L.latLngBounds(corner(KEPT_PX, KEPT_PX), corner(size.x - KEPT_PX, size.y - KEPT_PX));
      if (seen.contains(bounds)) return;
      map.fitBounds(bounds, { paddingTopLeft: [60, 70], paddingBottomRight: [60, 60], maxZoom: Math.floor(map.getZoom()) });
    });
  }

  fitZones() {
    const bounds = this.zones.bounds(this.data);
    if (!bounds || this.modes.current()) return;
    const { map } = this;
    const room = narrow(this.size)
      ? { paddingTopLeft: [24, 70], paddingBottomRight: [24, 44] }
      : { paddingTopLeft: [80, 130], paddingBottomRight: [this.whatIf.panel.offsetWidth + 40, 70] };
    const size = map.getSize();
    const [low, high] = [room.paddingTopLeft, room.paddingBottomRight];
    const at = (x, y) => map.containerPointToLatLng([x, y]);
    const seen = window.L.latLngBounds(at(...low), at(size.x - high[0], size.y - high[1]));
    const small = map.getBoundsZoom(bounds) - map.getZoom() >= FAR_STEPS;
    if (seen.contains(bounds) && !small) return;
    map.fitBounds(bounds, { ...room, maxZoom: 16 });
  }

  // The address carries incident and case, so that a reload does not lose them.
  address({ incident, case: taken }) {
    const url = new URL(window.location.href);
    if (incident) url.searchParams.set("at", `${incident.lon},${incident.lat}`);
    else url.searchParams.delete("at");
    if (incident && taken) url.searchParams.set("case", taken);
    else url.searchParams.delete("case");
    if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
  }

  fit() {
    const bounds = this.answer.extent(this.data);
    const zones = this.zones.bounds(this.data);
    if (bounds && zones) bounds.extend(zones);
    const left = narrow(this.size) ? 20 : 80;
    if (bounds) this.map.fitBounds(bounds, { paddingTopLeft: [left, 90], paddingBottomRight: [90, 60], maxZoom: 16 });
  }

  async picture() {
    const sample = this.feed.sample ? this.t("Sample data") : "";
    try {
      await savePicture(this.map, pictureWords(this.feed, this.t, sample));
    } catch (error) {
      this.modes.say(this.t("The picture could not be saved ({reason}).", { reason: error.message }));
    }
  }

  draw(data) {
    const store = pageStore();
    store.seq = Math.max(store.seq, data.seq);
    // The old answer once more, while the new one is on its way, is not drawn over the new click.
    const { pending } = this;
    if (pending && data.seq === pending.drawn && data.seq < store.seq && performance.now() < pending.until) return;
    this.pending = null;
    this.data = data;
    this.closures.take(data.polygons, data.closed_roads);
    this.basemap?.close(data.closed_roads);
    this.zones.draw(data);
    this.answer.draw(data);
    this.wind.draw(data.wind);
    this.warned.draw(data.warned);
    delete document.documentElement.dataset.turning;
    this.whatIf.draw(data);
    this.popup.fill(data.detail);
    this.area?.remove();
    this.area = choropleth(this.map, this.feed, data.choropleth_layer, data.choropleth);
    this.legend.replaceChildren(...zoneLegend(data), ...answerLegend(this.t, data));
    this.legend.hidden = !this.legend.childElementCount;
    this.tools.refresh({ closures: this.closures.count(), incident: Boolean(data.incident) });
    this.basemap?.quiet(Boolean(this.area));
    this.follow(data);
    this.names.show(this.namesOn());
    this.names.soon();
    painted(data.seq);
    this.keepInView(data);
    this.later("telling", SETTLE_MS, () => this.address(this.data));
  }

  follow(data) {
    const { view } = data;
    if (view && !this.tokens.has(view.token)) {
      this.tokens.add(view.token);
      this.map.setView([view.lat, view.lon], view.zoom ?? Math.max(this.map.getZoom(), 16));
    }
    const little = narrow(this.size) && !data.choropleth_layer && this.feed.layers.every((spec) => data.switches[spec.key] === spec.shown);
    const roomy = new Set(this.feed.layers.filter((spec) => !little || ROOMY.has(spec.purpose)).map((spec) => spec.key));
    for (const [key, asked] of Object.entries(data.switches)) {
      const on = asked && roomy.has(key);
      if (this.switches.get(key) === on || this.told?.[key] === asked) continue;
      this.switches.set(key, on);
      this.markers.show(key, on);
    }
    this.told = data.switches;
    this.panel.refresh();
    this.frame.classList.toggle("sw-has-incident", Boolean(data.incident));
    // Folded once, when the incident comes; what the hand opens later stays open.
    if (Boolean(data.incident) !== Boolean(this.folded)) {
      this.panel.fold(Boolean(data.incident));
      const low = this.size.height < LOW_PX || this.size.width < WIDE_PX;
      this.whatIf.panel.classList.toggle("sw-folded", low);
    }
    this.folded = Boolean(data.incident);
  }

  remove() {
    this.gone = true;
    for (const due of Object.values(this.due)) clearTimeout(due);
    for (const leave of this.leaving) leave();
    this.map.remove();
    this.host.replaceChildren();
  }
}

async function mount(host) {
  try {
    const [feed] = await Promise.all([feedReady(), librariesReady()]);
    if (!host.isConnected && !host.shouwang) return null;
    const live = new LiveMap(host, feed);
    live.send = (name, value) => host.shouwang.emit(name, value);
    live.renew = () => {
      live.remove();
      host.shouwang.live = mount(host).then((next) => {
        next?.draw(host.shouwang.data);
        return next;
      });
    };
    return live;
  } catch (error) {
    host.replaceChildren(make("p", { role: "alert", class: "sw-failed" }, `The map's files are missing (${error.message}). Run “make run” once more on this machine. / 地图文件缺失，请在本机重新运行 make run。`));
    throw error;
  }
}

export default function map(component) {
  const host = component.parentElement.querySelector(".sw-map-host");
  host.shouwang ??= { live: null };
  const { shouwang } = host;
  shouwang.emit = component.setTriggerValue;
  shouwang.data = component.data;
  if (shouwang.live) shouwang.drawn?.draw(component.data);
  else {
    shouwang.live = mount(host);
    shouwang.live.then((live) => {
      shouwang.drawn = live;
      live?.draw(shouwang.data);
    });
  }
  return () => {
    shouwang.live?.then((live) => live?.remove());
    delete host.shouwang;
  };
}
