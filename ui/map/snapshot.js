import { token } from "./words.js";

const SCALE = 2;
const FOOT = 40;

function loadImage(address) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error("image"));
    image.src = address;
  });
}

function drawTiles(context, host, origin) {
  for (const tile of host.querySelectorAll("canvas.leaflet-tile")) {
    const box = tile.getBoundingClientRect();
    if (tile.width && box.width) context.drawImage(tile, box.left - origin.left, box.top - origin.top, box.width, box.height);
  }
}

// The hatch of a spread, as the screen has it.
function hatched(context) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 9;
  const pen = tile.getContext("2d");
  pen.strokeStyle = token("z1");
  pen.lineWidth = 1.6;
  pen.moveTo(-1, 10);
  pen.lineTo(10, -1);
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

// The vector shapes as the browser styles them now, so that both shades come out right.
function drawPaths(context, host, origin) {
  for (const path of host.querySelectorAll(".leaflet-overlay-pane svg path")) {
    const style = getComputedStyle(path);
    const matrix = path.getScreenCTM();
    if (!matrix || style.display === "none") continue;
    context.save();
    context.translate(-origin.left, -origin.top);
    context.transform(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f);
    const shape = new Path2D(path.getAttribute("d") ?? "");
    context.globalAlpha = Number(style.opacity);
    if (style.fill !== "none") {
      context.globalAlpha = Number(style.opacity) * Number(style.fillOpacity);
      context.fillStyle = style.fill.startsWith("url") ? hatched(context) : style.fill;
      context.fill(shape, "evenodd");
    }
    if (style.stroke !== "none") {
      context.globalAlpha = Number(style.opacity) * Number(style.strokeOpacity);
      context.strokeStyle = style.stroke;
      context.lineWidth = Number.parseFloat(style.strokeWidth);
      context.lineCap = style.strokeLinecap;
      context.lineJoin = style.strokeLinejoin;
      context.setLineDash(style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(/[ ,]+/u).map(Number.parseFloat));
      context.stroke(shape);
    }
    context.restore();
  }
}

function ownText(element) {
  return [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("");
}

async function drawElement(context, element, origin) {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  if (!box.width || style.visibility === "hidden") return;
  const [x, y] = [box.left - origin.left, box.top - origin.top];
  const radius = Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, box.height / 2);
  const border = Number.parseFloat(style.borderTopWidth) || 0;
  context.beginPath();
  context.roundRect(x + border / 2, y + border / 2, box.width - border, box.height - border, radius);
  if (!/^rgba\(0, 0, 0, 0\)|transparent$/u.test(style.backgroundColor)) {
    context.fillStyle = style.backgroundColor;
    context.fill();
  }
  if (border && style.borderTopStyle !== "none") {
    context.strokeStyle = style.borderTopColor;
    context.lineWidth = border;
    context.stroke();
  }
  const address = /^url\("(.+)"\)$/u.exec(style.backgroundImage)?.[1];
  if (address?.startsWith("data:")) context.drawImage(await loadImage(address), x, y, box.width, box.height);
  const text = ownText(element).trim();
  if (text) drawText(context, text, style, { x, y, width: box.width, height: box.height });
}

function drawText(context, text, style, box) {
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.textBaseline = "middle";
  context.textAlign = "center";
  const at = [box.x + box.width / 2, box.y + box.height / 2];
  if (style.textShadow !== "none") {
    context.strokeStyle = token("halo");
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeText(text, ...at);
  }
  context.fillStyle = style.color;
  context.fillText(text, ...at);
}

async function drawSigns(context, host, origin) {
  const selector = ".leaflet-marker-icon, .leaflet-marker-icon *, .sw-name";
  for (const element of host.querySelectorAll(selector)) await drawElement(context, element, origin);
}

function drawScale(context, host, origin) {
  const line = host.querySelector(".leaflet-control-scale-line");
  if (!line) return;
  const box = line.getBoundingClientRect();
  const [x, y] = [box.left - origin.left, box.top - origin.top];
  context.beginPath();
  context.moveTo(x, y + box.height - 8);
  context.lineTo(x, y + box.height);
  context.lineTo(x + box.width, y + box.height);
  context.lineTo(x + box.width, y + box.height - 8);
  context.strokeStyle = token("ink");
  context.lineWidth = 2;
  context.stroke();
  drawText(context, line.textContent, getComputedStyle(line), { x, y, width: box.width, height: box.height - 4 });
}

function drawFoot(context, size, words) {
  context.fillStyle = token("surface");
  context.fillRect(0, size.y, size.x, FOOT);
  context.fillStyle = token("line");
  context.fillRect(0, size.y, size.x, 1);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.font = `500 14px ${token("font-ui")}`;
  context.fillStyle = token("ink");
  context.fillText(words.left, 14, size.y + FOOT / 2);
  context.textAlign = "right";
  context.fillStyle = token("ink2");
  context.fillText(words.right, size.x - 14, size.y + FOOT / 2);
}

function drawSampleMark(context, size, text) {
  context.save();
  context.globalAlpha = 0.16;
  context.fillStyle = token("ink");
  context.font = `700 64px ${token("font-ui")}`;
  context.textAlign = "center";
  context.translate(size.x / 2, size.y / 2);
  context.rotate(-Math.PI / 7);
  context.fillText(text, 0, 0);
  context.restore();
}

// The map as it stands, as a canvas: base map, shapes, routes, signs, scale, whose and when.
export async function mapPicture(map, words) {
  const host = map.getContainer();
  const origin = host.getBoundingClientRect();
  const size = map.getSize();
  const canvas = document.createElement("canvas");
  canvas.width = size.x * SCALE;
  canvas.height = (size.y + FOOT) * SCALE;
  const context = canvas.getContext("2d");
  context.scale(SCALE, SCALE);
  context.fillStyle = token("m-bg");
  context.fillRect(0, 0, size.x, size.y);
  context.save();
  context.beginPath();
  context.rect(0, 0, size.x, size.y);
  context.clip();
  drawTiles(context, host, origin);
  drawPaths(context, host, origin);
  await drawSigns(context, host, origin);
  drawScale(context, host, origin);
  if (words.sample) drawSampleMark(context, size, words.sample);
  context.restore();
  drawFoot(context, size, words);
  return canvas;
}

export async function savePicture(map, words) {
  const canvas = await mapPicture(map, words);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = words.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
