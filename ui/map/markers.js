import { icon, make } from "./words.js";

// Map icons in px: those who act are larger than the context.
const SIZES = { responder: 24, refuge: 20, supply: 20 };
const CONTEXT_SIZE = 18;
const CLUSTER_PX = { responder: 22, refuge: 26, supply: 26 };
// More marks of one layer than this gather sooner in the whole district's view, lest they hide it.
const MANY = 100;
const MANY_PX = 64;
// So many marks of one layer stand apart only where the view holds few of them.
const DENSE = 2000;
const DENSE_PX = 60;
// How much of the view beyond its edge a dense layer keeps drawn; the library keeps a whole view on
// each side, and moving fifteen hundred marks costs the map its smoothness.
const DENSE_MARGIN = 0.25;
const UNITS = new Set(["subdistrict", "community"]);

function clusterGroup(spec) {
  const dense = spec.id.length > DENSE;
  const group = window.L.markerClusterGroup({
    maxClusterRadius: (zoom) => (dense ? DENSE_PX : zoom >= 14 ? 14 : spec.id.length > MANY ? MANY_PX : CLUSTER_PX[spec.purpose] ?? 40),
    disableClusteringAtZoom: dense ? 18 : 16,
    showCoverageOnHover: false,
    spiderfyOnMaxZoom: false,
    animate: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    iconCreateFunction(cluster) {
      const count = cluster.getChildCount();
      const size = count < 10 ? 24 : count < 100 ? 30 : 36;
      const html = make("span", { class: "sw-count" }, String(count));
      return window.L.divIcon({
        html,
        className: `sw-cluster sw-role-${spec.purpose}`,
        iconSize: [size, size],
      });
    },
  });
  // The library has no public setting for it.
  if (dense) group._getExpandedVisibleBounds = () => group._map.getBounds().pad(DENSE_MARGIN);
  return group;
}

function pointMarker(spec, row, open) {
  const size = SIZES[spec.purpose] ?? CONTEXT_SIZE;
  const marker = window.L.marker([spec.lat[row], spec.lon[row]], {
    icon: window.L.divIcon({ html: icon(spec.key, size), className: "sw-pin", iconSize: [size, size] }),
    title: spec.name[row],
    alt: `${spec.title} ${spec.name[row]}`,
    // A thousand stops of the Tab key help nobody: the search finds every record by keyboard.
    keyboard: spec.purpose === "responder",
    riseOnHover: true,
  });
  marker.on("click", () => open(spec, row));
  return marker;
}

function shapeLayer(spec, open) {
  const lines = spec.geometry === "line";
  return window.L.geoJSON(spec.shapes, {
    interactive: lines,
    style: () => ({ className: `sw-shape sw-shape-${spec.geometry} sw-role-${spec.purpose}` }),
    onEachFeature(feature, layer) {
      if (lines) layer.on("click", (event) => open(spec, feature.properties, event.latlng));
    },
  });
}

// Units are drawn by the base map, where there is one.
function drawable(spec, feed) {
  if (spec.geometry === "point") return spec.id.length > 0;
  return Boolean(spec.shapes) && !(UNITS.has(spec.key) && feed.basemap);
}

// The layers of the feed, built when first shown.
export function addMarkers(map, feed, open) {
  const groups = new Map();
  const specs = new Map(feed.layers.map((spec) => [spec.key, spec]));
  function build(spec) {
    if (spec.geometry !== "point") return shapeLayer(spec, open);
    const group = clusterGroup(spec);
    group.addLayers(spec.id.map((_id, row) => pointMarker(spec, row, open)));
    return group;
  }
  return {
    specs,
    show(key, on) {
      const spec = specs.get(key);
      if (!spec || !drawable(spec, feed)) return;
      if (on && !groups.has(key)) groups.set(key, build(spec));
      if (on) groups.get(key).addTo(map);
      else groups.get(key)?.remove();
    },
  };
}

// Areas of a unit layer in five steps, each with its figure printed in it.
export function choropleth(map, feed, layerKey, steps) {
  const spec = feed.layers.find((layer) => layer.key === layerKey);
  if (!spec?.shapes || !Object.keys(steps).length) return null;
  const group = window.L.layerGroup();
  const labels = [];
  // A label that is wider than its area would stand on its neighbour.
  function fit() {
    for (const [label, bounds] of labels) {
      const [low, high] = [bounds.getSouthWest(), bounds.getNorthEast()].map((at) => map.latLngToContainerPoint(at));
      const width = high.x - low.x;
      label.dataset.room = width > 70 ? "name" : width > 26 ? "little" : "none";
    }
  }
  for (const feature of spec.shapes.features) {
    const [step, figure] = steps[feature.properties.id] ?? [null, ""];
    const area = window.L.geoJSON(feature, {
      interactive: false,
      style: () => ({ className: step === null ? "sw-area" : `sw-area sw-step-${step}` }),
    }).addTo(group);
    const label = make("span", { class: "sw-figure" }, make("span", { class: "sw-figure-name" }, feature.properties.name), figure);
    labels.push([label, area.getBounds()]);
    window.L.marker(area.getBounds().getCenter(), {
      icon: window.L.divIcon({ html: label, className: "sw-figure-box", iconSize: [0, 0] }),
      interactive: false,
      keyboard: false,
      // No figure lies under a sign.
      zIndexOffset: 3000,
    }).addTo(group);
  }
  map.on("zoomend", fit);
  group.on("remove", () => map.off("zoomend", fit));
  fit();
  return group.addTo(map);
}

// A popup of plain pairs; what the server knows of the record comes in when it answers.
export function recordPopup(map, t, actions) {
  let shown = null;
  const popup = window.L.popup({ className: "sw-popup", minWidth: 220, maxWidth: 320, autoPanPadding: [60, 70] });
  function content(rows, unmask = false) {
    const { spec, name, kind } = shown;
    const list = make("dl", {}, ...rows.flatMap(([label, value]) => [make("dt", {}, label), make("dd", {}, value)]));
    return make(
      "div",
      {},
      make("div", { class: "sw-head" }, icon(spec.key, 22), make("strong", {}, name)),
      make("p", { class: "sw-kind" }, kind ? `${spec.title} · ${kind}` : spec.title),
      rows.length ? list : null,
      unmask ? make("button", { type: "button", class: "sw-button", onclick: () => actions.unmask({ layer: shown.layer, id: shown.id }) }, t("Show the number; it is logged")) : null,
      make("button", { type: "button", class: "sw-button sw-primary", onclick: () => actions.incident(shown) }, t("Incident here")),
    );
  }
  map.on("popupclose", () => {
    shown = null;
  });
  return {
    open(spec, row, at) {
      const point = typeof row === "number"
        ? { id: spec.id[row], name: spec.name[row], kind: spec.kind[row] ?? "", lon: spec.lon[row], lat: spec.lat[row] }
        : { id: String(row.id), name: String(row.name ?? ""), kind: "", lon: at.lng, lat: at.lat };
      map.closePopup();
      shown = { spec, layer: spec.key, ...point };
      popup.setLatLng([point.lat, point.lon]).setContent(content([])).openOn(map);
      actions.picked({ layer: spec.key, id: point.id });
    },
    fill(detail) {
      if (!shown || !detail || detail.layer !== shown.layer || detail.id !== shown.id) return;
      popup.setContent(content(detail.rows, detail.unmask));
    },
  };
}
