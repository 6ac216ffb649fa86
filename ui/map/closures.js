import { make, rounded } from "./words.js";

function crosses([a, b], [c, d]) {
  const side = (p, q, r) => Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

// A ring whose sides cross encloses nothing anyone could mean.
export function selfCrossing(ring) {
  const sides = ring.map((point, i) => [point, ring[(i + 1) % ring.length]]);
  return sides.some((one, i) => sides.slice(i + 2).some((other) => crosses(one, other)));
}

// Drawing of closed areas and picking of closed roads; what is closed is kept in order for undo.
export function closureTool(map, t, modes, basemap, { send, flood }) {
  const L = window.L;
  const drawn = L.layerGroup().addTo(map);
  const sketch = L.layerGroup().addTo(map);
  let closed = { polygons: [], roads: [], order: [] };
  let points = [];

  function render() {
    drawn.clearLayers();
    for (const ring of closed.polygons) {
      L.polygon(ring.map(([lon, lat]) => [lat, lon]), { className: "sw-closed", interactive: false }).addTo(drawn);
    }
  }
  function emit() {
    render();
    send({ polygons: closed.polygons, roads: closed.roads });
  }
  function drawSketch(cursor) {
    sketch.clearLayers();
    const line = [...points, ...(cursor ? [cursor] : [])];
    if (line.length > 1) L.polygon(line, { className: "sw-sketch", interactive: false }).addTo(sketch);
    for (const point of points) L.circleMarker(point, { radius: 5, className: "sw-vertex", interactive: false }).addTo(sketch);
  }
  // Ends the sketch; returns its ring, or says why it encloses nothing.
  function ringDrawn() {
    const ring = points.map((point) => [rounded(point.lng), rounded(point.lat)]);
    if (ring.length < 3) modes.say(t("A closed area needs three corners."));
    else if (selfCrossing(ring)) modes.say(t("The sides of the area cross; take back a corner with Backspace."));
    else {
      modes.leave();
      return ring;
    }
    return null;
  }
  function close(ring) {
    closed = { ...closed, polygons: [...closed.polygons, ring], order: [...closed.order, "polygons"] };
    emit();
  }
  const areaMode = (name, hint, done) => {
    const finish = () => {
      const ring = ringDrawn();
      if (ring) done(ring);
    };
    return {
      name,
      hint,
      click(latlng) {
        const last = points.at(-1);
        const near = (point) => map.latLngToContainerPoint(point).distanceTo(map.latLngToContainerPoint(latlng)) < 10;
        if (points.length > 2 && near(points[0])) finish();
        else if (!last || !near(last)) points.push(latlng);
        drawSketch();
      },
      move: drawSketch,
      twice: finish,
      key(key) {
        if (key === "Enter") finish();
        else if (key === "Backspace") {
          points.pop();
          drawSketch();
        }
      },
      leave() {
        points = [];
        sketch.clearLayers();
      },
    };
  };
  const drawing = areaMode("draw", t("Click the corners of the closed area; double click or Enter closes it, Backspace takes one back, Esc ends."), close);
  const flooding = areaMode("flood", t("Click the corners of the water; double click or Enter closes it, Backspace takes one back, Esc ends."), (ring) => flood(ring));
  const roads = {
    name: "road",
    hint: t("Click a named road to close it, again to open it; Esc ends."),
    click(latlng) {
      const name = basemap()?.roadAt(latlng) ?? "";
      if (!name) return modes.say(t("No named road here. Zoom in, or draw an area instead."));
      const open = closed.roads.includes(name);
      closed = {
        ...closed,
        roads: open ? closed.roads.filter((road) => road !== name) : [...closed.roads, name],
        order: open ? closed.order : [...closed.order, "roads"],
      };
      modes.say(open ? t("Open again: {name}", { name }) : t("Closed: {name}", { name }));
      return emit();
    },
  };
  return {
    drawing,
    flooding,
    roads,
    count: () => closed.polygons.length + closed.roads.length,
    take(polygons, names) {
      const same = JSON.stringify([polygons, names]) === JSON.stringify([closed.polygons, closed.roads]);
      if (same) return;
      const order = [...polygons.map(() => "polygons"), ...names.map(() => "roads")];
      closed = { polygons, roads: names, order };
      render();
    },
    undo() {
      const kind = closed.order.at(-1) ?? (closed.roads.length ? "roads" : "polygons");
      closed = { ...closed, [kind]: closed[kind].slice(0, -1), order: closed.order.slice(0, -1) };
      emit();
    },
    clear() {
      closed = { polygons: [], roads: [], order: [] };
      emit();
    },
    list: () => make("span", { class: "sw-closed-roads" }, closed.roads.join(" · ")),
  };
}
