import { icon, make } from "./words.js";

const STYLED = 3;
const THIN = 8;

function routeClass(rank) {
  if (rank <= STYLED) return `sw-route sw-route-${rank}`;
  // Further ways are seen when their team is pointed at; all at once they hide the first ones.
  return rank <= THIN ? "sw-route sw-route-rest" : "sw-route sw-route-rest sw-route-far";
}

// What the click was answered with: the incident, its circle, the routes and who starts them.
export function answerLayer(map, t) {
  const L = window.L;
  const lines = L.layerGroup().addTo(map);
  const signs = L.layerGroup().addTo(map);
  const mark = L.layerGroup().addTo(map);
  let routes = [];
  let shapes = new Map();

  // Labels of the first three stand where they cover neither each other nor the edge.
  function placeLabels() {
    const edge = map.getContainer().getBoundingClientRect();
    const taken = [...map.getContainer().querySelectorAll(".sw-start-top .sw-icon, .sw-incident .sw-icon, .sw-incident .sw-label")].map((sign) => sign.getBoundingClientRect());
    const free = (box) =>
      box.left > edge.left && box.right < edge.right && box.top > edge.top && box.bottom < edge.bottom &&
      taken.every((other) => box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom);
    for (const label of map.getContainer().querySelectorAll(".sw-start-top .sw-label")) {
      for (const side of ["", "sw-label-left", "sw-label-below", "sw-label-above", "sw-label-none"]) {
        label.className = `sw-label ${side}`;
        if (free(label.getBoundingClientRect())) break;
      }
      taken.push(label.getBoundingClientRect());
    }
  }
  map.on("zoomend moveend resize", placeLabels);

  function drawMark(incident) {
    mark.clearLayers();
    const html = make("div", { class: "sw-incident" }, icon("_incident", 46), incident.label ? make("span", { class: "sw-label" }, incident.label) : null);
    L.marker([incident.lat, incident.lon], {
      icon: L.divIcon({ html, className: "sw-incident-box", iconSize: [46, 46] }),
      interactive: false,
      keyboard: false,
      alt: t("Incident"),
      zIndexOffset: 2000,
    }).addTo(mark);
  }
  function drawStart(route) {
    const top = route.rank <= STYLED;
    const badge = make("b", { class: route.reachable ? "sw-badge" : "sw-badge sw-badge-no" }, route.reachable ? String(route.rank) : "✕");
    const html = make("div", { class: top ? "sw-start sw-start-top" : "sw-start" }, icon(route.layer, top ? 26 : 20), badge, top ? make("span", { class: "sw-label" }, route.label) : null);
    const size = top ? 26 : 20;
    L.marker([route.start[1], route.start[0]], {
      icon: L.divIcon({ html, className: "sw-start-box", iconSize: [size, size] }),
      title: route.label,
      alt: `${route.rank} ${route.label}`,
      keyboard: false,
      zIndexOffset: 1500 - route.rank,
    }).addTo(signs).on("click", () => focus(route.rank));
  }
  function drawLine(route) {
    if (route.points.length < 2) return;
    const parts = [];
    if (route.rank <= STYLED) {
      parts.push(L.polyline(route.points, { className: "sw-route-case", interactive: false, smoothFactor: 1.5 }));
    }
    const line = L.polyline(route.points, { className: routeClass(route.rank), smoothFactor: 1.5, bubblingMouseEvents: true });
    line.bindTooltip(() => make("span", {}, `${route.rank} ${route.label}`), { sticky: true, className: "sw-tooltip" });
    parts.push(line);
    for (const part of parts) part.addTo(lines);
    shapes.set(route.rank, parts);
  }
  function highlight(rank) {
    for (const [own, parts] of shapes) {
      for (const part of parts) {
        const path = part.getElement();
        path?.classList.toggle("sw-hot", own === rank);
        path?.classList.toggle("sw-cool", rank !== null && own !== rank);
      }
      if (own === rank) for (const part of parts) part.bringToFront();
    }
  }
  function focus(rank) {
    highlight(rank);
    const bounds = shapes.get(rank)?.at(-1).getBounds();
    const start = routes.find((route) => route.rank === rank)?.start;
    if (bounds?.isValid()) map.fitBounds(bounds, { padding: [70, 70], maxZoom: 16 });
    else if (start) map.setView([start[1], start[0]]);
  }
  return {
    highlight,
    focus,
    // Shown at once, before the server answers, so that the eye has a place to wait at.
    expect(incident) {
      drawMark(incident);
      map.getContainer().classList.add("sw-waiting");
    },
    draw(data) {
      map.getContainer().classList.remove("sw-waiting");
      for (const group of [lines, signs, mark]) group.clearLayers();
      routes = data.routes;
      shapes = new Map();
      if (!data.incident) return;
      if (data.radius_m > 0) {
        L.circle([data.incident.lat, data.incident.lon], { radius: data.radius_m, className: "sw-radius", interactive: false }).addTo(lines);
      }
      for (const route of [...routes].sort((a, b) => b.rank - a.rank)) drawLine(route);
      for (const route of routes) drawStart(route);
      drawMark(data.incident);
      // With the frame's own layout, not with one forced between the page's other changes.
      requestAnimationFrame(placeLabels);
    },
    extent(data) {
      if (!data.incident) return null;
      const points = data.routes.filter((route) => route.rank <= STYLED).flatMap((route) => route.points);
      return L.latLngBounds([[data.incident.lat, data.incident.lon], ...points]);
    },
  };
}

// The samples of the legend: the line styles that the map uses now.
export function answerLegend(t, data) {
  const sample = (name, text) => make("span", { class: "sw-sample" }, make("i", { class: `sw-line sw-line-${name}`, "aria-hidden": "true" }), text);
  // Where zones are drawn the legend is theirs: a way bears its number.
  const ways = data.zones?.length ? [] : data.routes;
  const ranks = ways.filter((route) => route.rank <= STYLED && route.points.length > 1);
  return [
    ...ranks.map((route) => sample(route.rank, t("Route {rank}", { rank: route.rank }))),
    ways.some((route) => route.rank > STYLED && route.points.length > 1) ? sample("rest", t("Further routes")) : null,
    data.polygons.length || data.closed_roads.length ? sample("closed", data.closed_roads.length ? t("Closed: {name}", { name: data.closed_roads.join(" · ") }) : t("Closed")) : null,
    data.radius_m ? sample("radius", t("Around: {distance}", { distance: `${data.radius_m.toLocaleString("en")} m` })) : null,
  ].filter(Boolean);
}
