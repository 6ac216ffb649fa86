import { token } from "./words.js";

const CELL_PX = 46;
const REACH_PX = 14;
const SINGLE_ZOOM = 17;
const AROUND = 0.4;
const ICON_PX = 20;

// The points of one layer in one canvas, counted where they crowd: a frame of it costs the same
// for 17 points as for 17,000, and nothing is sent that is not drawn.
export function gather(x, y, scale, box, apart) {
  const cells = new Map();
  for (let row = 0; row < x.length; row += 1) {
    const [right, down] = [x[row] * scale, y[row] * scale];
    if (right < box.left || right > box.right || down < box.top || down > box.bottom) continue;
    const key = apart ? row : `${Math.floor(right / CELL_PX)}:${Math.floor(down / CELL_PX)}`;
    const cell = cells.get(key);
    if (!cell) cells.set(key, { x: right, y: down, count: 1, row });
    else {
      cell.count += 1;
      cell.x += (right - cell.x) / cell.count;
      cell.y += (down - cell.y) / cell.count;
    }
  }
  return [...cells.values()];
}

function signOf(layer, ready) {
  const probe = document.createElement("i");
  probe.className = `sw-icon sw-icon-${layer}`;
  document.body.append(probe);
  const found = /url\("?(.+?)"?\)$/u.exec(getComputedStyle(probe).backgroundImage);
  probe.remove();
  const image = new Image();
  image.onload = ready;
  if (found) image.src = found[1].replaceAll('\\"', '"');
  return image;
}

function drawCluster(pen, cell, ink, ground) {
  const radius = cell.count < 10 ? 12 : cell.count < 100 ? 15 : cell.count < 1000 ? 18 : 22;
  pen.beginPath();
  pen.arc(cell.px, cell.py, radius, 0, 2 * Math.PI);
  pen.fillStyle = ground;
  pen.strokeStyle = ink;
  pen.lineWidth = 2.5;
  pen.fill();
  pen.stroke();
  pen.fillStyle = ink;
  pen.fillText(cell.count.toLocaleString("en"), cell.px, cell.py);
  return radius;
}

export function dotLayer(map, picked) {
  const canvas = window.L.DomUtil.create("canvas", "sw-dots leaflet-zoom-hide", map.getPanes().overlayPane);
  let points = { x: [], y: [], layer: "", purpose: "", image: null };
  let cells = [];
  function draw() {
    const size = map.getSize();
    const pad = size.multiplyBy(AROUND).round();
    const origin = map.containerPointToLayerPoint(pad.multiplyBy(-1));
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [size.x + 2 * pad.x, size.y + 2 * pad.y];
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    window.L.DomUtil.setPosition(canvas, origin);
    const corner = map.getPixelBounds().min.subtract(pad);
    const box = { left: corner.x, top: corner.y, right: corner.x + width, bottom: corner.y + height };
    cells = gather(points.x, points.y, 2 ** map.getZoom(), box, map.getZoom() >= SINGLE_ZOOM);
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    Object.assign(pen, { textAlign: "center", textBaseline: "middle", font: `700 12px ${token("font-ui") || "sans-serif"}` });
    const [ink, ground] = [token(`role-${points.purpose}`) || token("ink"), token("surface")];
    for (const cell of cells) {
      [cell.px, cell.py] = [cell.x - corner.x, cell.y - corner.y];
      if (cell.count > 1) cell.reach = drawCluster(pen, cell, ink, ground);
      else if (points.image?.complete && points.image.naturalWidth) pen.drawImage(points.image, cell.px - ICON_PX / 2, cell.py - ICON_PX / 2, ICON_PX, ICON_PX);
    }
    canvas.dataset.drawn = String(cells.reduce((sum, cell) => sum + cell.count, 0));
  }
  map.on("moveend zoomend resize", draw);
  function at(point) {
    const corner = map.getPixelBounds().min;
    const far = (cell) => Math.hypot(cell.x - corner.x - point.x, cell.y - corner.y - point.y);
    const near = cells.filter((cell) => far(cell) <= (cell.count > 1 ? cell.reach : REACH_PX));
    return near.sort((one, other) => far(one) - far(other))[0];
  }
  return {
    draw,
    take({ layer, purpose, west, south, lon, lat }) {
      const spots = lon.map((east, row) => map.project([south + lat[row] / 1e5, west + east / 1e5], 0));
      points = { layer, purpose, x: spots.map((spot) => spot.x), y: spots.map((spot) => spot.y), image: signOf(layer, draw) };
      draw();
    },
    // The sign under the pointer is opened; a crowd is looked at from nearer.
    click(event) {
      const cell = at(event.containerPoint);
      if (!cell) return false;
      if (cell.count === 1) picked(cell.row);
      else map.setView(map.unproject(window.L.point(cell.x, cell.y)), Math.min(map.getZoom() + 2, SINGLE_ZOOM));
      return true;
    },
  };
}
