import { staticUrl } from "./store.js";
import { token } from "./words.js";

// Roads of one tier look alike: [classes, colour, widths by zoom, casing, first zoom of names].
const TIERS = [
  ["e", ["service", "track", "pedestrian", "footway"], [[12, 0.4], [15, 1.2], [18, 5]], false, 17],
  ["d", ["unclassified", "residential", "unknown", "living_street"], [[11, 0.5], [13, 1.1], [15, 3.2], [18, 12]], false, 15],
  ["c", ["tertiary", "tertiary_link"], [[10, 0.6], [13, 2.6], [15, 6], [18, 18]], true, 14],
  ["b", ["primary", "primary_link", "secondary", "secondary_link"], [[9, 0.8], [12, 2.6], [13, 4.2], [15, 8], [18, 24]], true, 13],
  ["a", ["motorway", "motorway_link", "trunk", "trunk_link"], [[9, 1.2], [12, 3.4], [13, 5.4], [15, 10], [18, 28]], true, 12],
];

function byZoom(stops, extra = 0) {
  return (zoom) => {
    if (zoom <= stops[0][0]) return stops[0][1] + extra;
    for (let i = 1; i < stops.length; i += 1) {
      const [[z0, w0], [z1, w1]] = [stops[i - 1], stops[i]];
      if (zoom <= z1) return w0 * (w1 / w0) ** ((zoom - z0) / (z1 - z0)) + extra;
    }
    return stops.at(-1)[1] + extra;
  };
}

function isLink(feature) {
  return String(feature.props.class).endsWith("_link");
}

function roadRules(pm) {
  const casings = [];
  const fills = [];
  for (const [tier, classes, widths, cased] of TIERS) {
    const filter = (_zoom, feature) => classes.includes(feature.props.class);
    const line = (color, extra) => {
      const width = byZoom(widths, extra);
      return {
        dataLayer: "roads",
        filter,
        symbolizer: new pm.LineSymbolizer({
          color,
          lineCap: "round",
          lineJoin: "round",
          perFeature: true,
          width: (zoom, feature) => width(zoom) * (feature && isLink(feature) ? 0.6 : 1),
        }),
      };
    };
    if (cased) casings.push(line(token("m-case"), 1.5));
    fills.push(line(token(`m-${tier}`), 0));
  }
  return [...fills.slice(0, 2), ...casings, ...fills.slice(2)];
}

function areaRule(pm, layer, fill) {
  return { dataLayer: layer, symbolizer: new pm.PolygonSymbolizer({ fill, perFeature: false }) };
}

function borderRule(pm, level, width, dash, shown) {
  return {
    dataLayer: "boundaries",
    minzoom: level === "community" ? 13 : 0,
    filter: (_zoom, feature) => feature.props.level === level && shown(level),
    symbolizer: new pm.LineSymbolizer({ color: token("m-bnd"), width, dash }),
  };
}

function closedRule(pm, closed) {
  return {
    dataLayer: "roads",
    filter: (_zoom, feature) => closed.has(feature.props.name),
    symbolizer: new pm.LineSymbolizer({ color: token("closed"), width: 4, dash: [8, 5] }),
  };
}

export function paintRules(pm, shown, closed) {
  return [
    areaRule(pm, "industry", token("m-ind")),
    areaRule(pm, "green", token("m-park")),
    areaRule(pm, "water", token("m-water")),
    ...roadRules(pm),
    borderRule(pm, "community", 0.8, [2, 3], shown),
    borderRule(pm, "subdistrict", 1.3, [7, 4], shown),
    closedRule(pm, closed),
  ];
}

function placeName(pm, kind, font, minzoom, filter) {
  return {
    dataLayer: "labels",
    minzoom,
    filter: (_zoom, feature) => feature.props.kind === kind && filter(kind),
    symbolizer: new pm.CenteredTextSymbolizer({
      labelProps: ["name"],
      fill: token("m-lab"),
      stroke: token("m-halo"),
      width: 3,
      font,
    }),
  };
}

// `factor` undoes the stretching of tiles between two zooms, so that letters keep their size.
export function labelRules(pm, shown, factor = 1) {
  const family = token("font-ui");
  const font = (weight, px) => `${weight} ${(px * factor).toFixed(1)}px ${family}`;
  const always = () => true;
  const roads = [...TIERS].reverse().map(([, classes, , , first]) => ({
    dataLayer: "roads",
    minzoom: first,
    filter: (_zoom, feature) => classes.includes(feature.props.class) && !isLink(feature),
    symbolizer: new pm.LineLabelSymbolizer({
      labelProps: ["name"],
      fill: token("m-lab"),
      stroke: token("m-halo"),
      width: 3,
      font: font(400, 12),
      repeatDistance: 420,
    }),
  }));
  return [
    placeName(pm, "water", font(400, 13), 11, always),
    ...roads,
    placeName(pm, "green", font(400, 12), 14, always),
    placeName(pm, "industry", font(400, 12), 13, always),
    placeName(pm, "community", font(400, 12), 14, shown),
  ];
}

// The archive says itself how deep it goes: byte 101 of its header.
export async function basemapDepth(feed) {
  const answer = await fetch(staticUrl(feed.basemap), { headers: { Range: "bytes=0-126" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const header = new Uint8Array(await answer.arrayBuffer());
  if (String.fromCharCode(...header.slice(0, 7)) !== "PMTiles") throw new Error("PMTiles");
  return header[101];
}

// How much smaller a tile must be drawn to come out right at a zoom between two steps.
function stretch(map) {
  const zoom = map.getZoom() ?? 0;
  return 2 ** (Math.round(zoom) - zoom);
}

export function addBasemap(map, feed, shown, maxDataZoom) {
  const pm = window.protomapsL;
  let closed = new Set();
  let quiet = false;
  let factor = stretch(map);
  const labels = () => (quiet ? [] : labelRules(pm, shown, factor));
  const layer = pm.leafletLayer({
    url: staticUrl(feed.basemap),
    maxDataZoom,
    paintRules: paintRules(pm, shown, closed),
    labelRules: labels(),
    attribution: "",
    tileDelay: 1,
    noWrap: true,
  });
  // A pan does not throw the tiles away at once; half a screen around is kept ready.
  layer.options.keepBuffer = 2;
  layer.addTo(map);
  const drawn = {
    // Without names of its own, where another layer prints its own on the areas.
    quiet(on) {
      if (on === quiet) return;
      quiet = on;
      this.redraw();
    },
    // Closed roads are dashed in the colour of closures.
    close(names) {
      if (names.length === closed.size && names.every((name) => closed.has(name))) return;
      closed = new Set(names);
      this.redraw();
    },
    redraw() {
      layer.paintRules = paintRules(pm, shown, closed);
      layer.labelRules = labels();
      layer.clearLayout();
      layer.rerenderTiles();
    },
    // The named road nearest to the point, within a finger's width; "" for none.
    roadAt(latlng, reach = 14) {
      const found = layer.queryTileFeaturesDebug(latlng.lng, latlng.lat, reach);
      const roads = [...found.values()].flat().filter((hit) => hit.layerName === "roads");
      return String(roads.find((hit) => hit.feature.props.name)?.feature.props.name ?? "");
    },
  };
  map.on("zoomend", () => {
    if (stretch(map) === factor) return;
    factor = stretch(map);
    drawn.redraw();
  });
  return drawn;
}
