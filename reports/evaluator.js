// The evaluator's page: nodes are timed by one press, lines and photographs are kept, all of it in
// this device's own storage and in one chain of hashes; at the end it becomes one file.
// Nothing here asks any network, and the page's policy forbids it.

const given = JSON.parse(document.getElementById("given").textContent);
const { words } = given;
const KEY = `shouwang|${given.drill}|${given.evaluator}|${given.digest}`;
const DAY_MS = 86_400_000;
const ZONE_MS = given.zone_min * 60_000;
const LONGEST = 500;
const PHOTOS = 24;
const PHOTO_BYTES = 60_000;
const PHOTO_PX = 960;
const QUIET_MS = 450;
const $ = (id) => document.getElementById(id);

let chain = [];
let kept = true;
let pressed = -QUIET_MS;

// ---- what is kept ----------------------------------------------------------------------------
const loose = new Map();

function recall(key) {
  try {
    return localStorage.getItem(key) ?? loose.get(key) ?? null;
  } catch {
    kept = false;
    return loose.get(key) ?? null;
  }
}

function keep(key, text) {
  loose.set(key, text);
  try {
    localStorage.setItem(key, text);
    kept = true;
  } catch {
    kept = false;
  }
  return kept;
}

function load() {
  const text = recall(KEY);
  if (text === null) return;
  try {
    const found = JSON.parse(text);
    if (Array.isArray(found) && found.length >= chain.length) chain = found;
  } catch { /* what cannot be read is written anew; the old text stays until then */ }
}

function random() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
}

// Another window of the same page may have written meanwhile: always go on from what is kept.
function append(kind, more) {
  load();
  if (!chain.length && kind !== "begun") begin();
  chain.push(linked(chain, { n: chain.length + 1, at: Date.now(), kind, ...more }));
  keep(KEY, JSON.stringify(chain));
  draw();
}

function begin() {
  append("begun", { drill: given.drill, scenario: given.scenario, digest: given.digest, evaluator: given.evaluator, copy: random() });
}

// ---- what the chain says ---------------------------------------------------------------------
function live() {
  const undone = new Set(chain.filter((link) => link.body.kind === "undo").map((link) => link.body.of));
  return chain.map((link) => link.body).filter((body) => !undone.has(body.n));
}

// When each node was reached by control's clock: a press is corrected, what was typed stands.
function times() {
  const found = new Map();
  for (const body of live()) {
    if (body.kind === "stamp") found.set(body.node, corrected(body.at));
    if (body.kind === "change") found.set(body.node, body.to);
  }
  return found;
}

function last() {
  return live().filter((body) => ["stamp", "change", "line", "photo"].includes(body.kind)).at(-1);
}

function middle(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : Math.round((sorted[half - 1] + sorted[half]) / 2);
}

// What was measured at hand-out or at hand-in: when, and by how much control's clock was ahead.
function measured(when) {
  const found = chain.map((link) => link.body).filter((body) => body.kind === "clock" && body.when === when);
  return found.length ? { at: middle(found.map((body) => body.at)), by: middle(found.map((body) => body.shown - body.at)) } : null;
}

// As desks/exercise/evaluators.py has it: between the two the clock is taken to drift evenly.
function offset(at = Date.now()) {
  const [first, then] = [measured("out"), measured("in")];
  if (!first || !then || then.at <= first.at) return (then ?? first)?.by ?? null;
  const share = Math.min(1, Math.max(0, (at - first.at) / (then.at - first.at)));
  return Math.round(first.by + (then.by - first.by) * share);
}

function begun() {
  return live().filter((body) => body.kind === "t0").at(-1)?.to ?? given.t0;
}

const corrected = (device) => device + (offset(device) ?? 0);

// ---- times as they are written ---------------------------------------------------------------
const two = (number) => String(number).padStart(2, "0");

function wall(ms) {
  const s = Math.floor((ms + ZONE_MS) % DAY_MS / 1000);
  return `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

function duration(ms) {
  const s = Math.floor(Math.abs(ms) / 1000);
  return `${Math.floor(s / 60)}′${two(s % 60)}″`;
}

const signed = (ms) => `${ms < 0 ? "−" : "+"}${duration(ms)}`;

// Returns the moment nearest to `near` at which a clock on the wall shows the text; null for none.
function read(text, near) {
  const found = /^\s*(\d{1,2})\D?(\d{2})\D?(\d{2})\s*$/u.exec(text);
  if (!found) return null;
  const [h, m, s] = found.slice(1).map(Number);
  if (h > 23 || m > 59 || s > 59) return null;
  const shown = ((h * 60 + m) * 60 + s) * 1000;
  const here = (near + ZONE_MS) % DAY_MS;
  return near + (shown - here + 1.5 * DAY_MS) % DAY_MS - DAY_MS / 2;
}

const filled = (text, values) => text.replace(/\{(\w+)\}/gu, (_, key) => String(values[key] ?? ""));

function clean(text) {
  return [...text.normalize("NFC").replace(/[\p{C}\s]+/gu, " ").trim()].slice(0, LONGEST).join("");
}

// ---- drawing ---------------------------------------------------------------------------------
function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function row(node) {
  const made = element("li", "nd");
  made.dataset.node = node.key;
  made.append(element("span", "mark"), element("div", "f"));
  made.lastChild.append(element("b", "", node.title), element("small", ""));
  const press = element("button", "stp", words.stamp);
  const time = element("b", "time");
  const change = element("button", "change", words.change);
  press.addEventListener("click", () => stamp(node.key));
  change.addEventListener("click", () => askChange(node));
  made.append(press, time, change);
  return made;
}

function draw() {
  const found = times();
  const t0 = begun();
  const next = given.nodes.find((node) => !found.has(node.key))?.key;
  for (const node of given.nodes) state(node, found.get(node.key), t0, node.key === next);
  const entries = chain.length ? chain.length - 1 : 0;
  $("kept").textContent = kept ? filled(words.kept, { count: entries }) : words.not_kept;
  $("kept").className = kept ? "tag" : "tag bad";
  const by = offset();
  $("offset").textContent = by === null ? words.no_offset : filled(words.offset, { seconds: `${by < 0 ? "−" : "+"}${(Math.abs(by) / 1000).toFixed(1)}` });
  $("offset").className = by === null ? "warn" : "";
  const end = chain.at(-1)?.hash ?? GENESIS;
  $("head").textContent = filled(words.head, { head: `${end.slice(0, 4)}…${end.slice(-4)}` });
  $("undo").disabled = !last();
  tick();
}

function state(node, at, t0, next) {
  const item = document.querySelector(`[data-node="${CSS.escape(node.key)}"]`);
  const done = at !== undefined;
  const limit = node.latest_ms ?? node.p90_ms;
  const run = t0 === null ? null : (done ? at : corrected(Date.now())) - t0;
  const late = run !== null && limit !== null && run > limit;
  item.className = `nd ${done ? "done" : ""} ${late ? "late" : ""} ${next ? "next" : ""}`;
  item.querySelector(".mark").textContent = done ? "✓" : late ? "✕" : "○";
  item.querySelector(".time").textContent = done ? wall(at) : "";
  item.querySelector("small").textContent = done ? (run === null ? "" : signed(run)) : expected(node, late ? run - limit : null);
  item.querySelector(".stp").hidden = done;
  item.querySelector(".change").hidden = !done;
}

function expected(node, over) {
  const said = [];
  if (node.p50_ms !== null) said.push(filled(words.expected, { time: duration(node.p50_ms) }));
  if (over !== null) said.push(filled(words.late, { time: duration(over) }));
  else if (node.latest_ms !== null) said.push(filled(words.latest, { time: duration(node.latest_ms) }));
  return said.join(" · ");
}

function tick() {
  const now = corrected(Date.now());
  const t0 = begun();
  $("clock").textContent = wall(now);
  $("run").textContent = t0 === null ? words.no_t0 : `T${now < t0 ? "−" : "+"}${duration(now - t0)}`;
}

// ---- what a hand does ------------------------------------------------------------------------
// A second touch of the same thumb must not hit what has moved under it.
function hasty() {
  const now = performance.now();
  const soon = now - pressed < QUIET_MS;
  if (!soon) pressed = now;
  return soon;
}

function stamp(node) {
  if (hasty() || times().has(node)) return;
  append("stamp", { node });
  navigator.vibrate?.(40);
}

function ask(title, told, parts, buttons) {
  const sheet = $("sheet");
  const bar = element("div", "row");
  for (const [text, className, act] of buttons) {
    const made = element("button", `big ${className}`, text);
    made.addEventListener("click", () => { if (act() !== false) sheet.close(); });
    bar.append(made);
  }
  sheet.replaceChildren(element("h2", "", title), element("p", "", told), ...parts, bar);
  if (!sheet.open) sheet.showModal();
}

function field(label, value, numeric) {
  const made = element("label", "", label);
  const input = element(numeric ? "input" : "textarea", "");
  input.value = value;
  input.maxLength = numeric ? 8 : LONGEST;
  if (numeric) input.inputMode = "numeric";
  made.append(input);
  return [made, input];
}

function wrong(input) {
  input.className = "bad";
  input.focus();
  return false;
}

function askChange(node) {
  if (hasty()) return;
  const at = times().get(node.key);
  const [one, time] = field(words.time, wall(at), true);
  const [two_, why] = field(words.why, "", false);
  ask(`${words.change} · ${node.title}`, words.change_told, [one, two_], [
    [words.cancel, "", () => true],
    [words.keep, "pri", () => {
      const to = read(time.value, at);
      if (to === null) return wrong(time);
      append("change", { node: node.key, to: Math.round(to), why: clean(why.value) });
      return true;
    }],
  ]);
}

function askLine() {
  const [label, text] = field(words.line, "", false);
  ask(words.line, words.line_told, [label], [
    [words.cancel, "", () => true],
    [words.keep, "pri", () => {
      const said = clean(text.value);
      if (!said) return wrong(text);
      append("line", { text: said });
      return true;
    }],
  ]);
  text.focus();
}

function askUndo() {
  const body = last();
  if (!body) return;
  const node = given.nodes.find((one) => one.key === body.node)?.title;
  const what = node ? `${node} ${wall(body.to ?? corrected(body.at))}` : body.text ?? words.photo;
  ask(words.undo, filled(words.undo_told, { what }), [], [
    [words.cancel, "", () => true],
    [words.undo, "pri", () => append("undo", { of: body.n })],
  ]);
}

// `when` is out at hand-out, in at hand-in: between the two the offset is taken to drift evenly.
function askClock(when, then) {
  const ahead = (Math.ceil((corrected(Date.now()) + 15_000) / 60_000)) * 60_000;
  const [label, time] = field(words.shows, wall(ahead), true);
  const parts = [label];
  if (when === "out") parts.push(startOf());
  ask(words.clock, words.clock_told, parts, [
    [words.later, "", () => { then?.(); return !then; }],
    [words.now, "pri", () => {
      const now = Date.now();
      const shown = read(time.value, now);
      if (shown === null) return wrong(time);
      append("clock", { when, shown: Math.round(shown) });
      then?.();
      return !then;
    }],
  ]);
}

function startOf() {
  const t0 = begun();
  const [label, time] = field(words.t0, t0 === null ? "" : wall(t0), true);
  const set = element("button", "small", words.keep_t0);
  set.addEventListener("click", () => {
    const to = read(time.value, corrected(Date.now()));
    if (to === null) return wrong(time);
    append("t0", { to: Math.round(to) });
    return $("sheet").close();
  });
  label.append(set);
  return label;
}

// ---- photographs -----------------------------------------------------------------------------
async function photo(file) {
  if (!file) return;
  const count = live().filter((body) => body.kind === "photo").length;
  if (count >= PHOTOS) return say(filled(words.photos_full, { count: PHOTOS }));
  const bytes = await shrunk(file).catch(() => null);
  if (!bytes) return say(words.no_photo);
  const text = base64(bytes);
  const hash = digest(bytes);
  const good = keep(`${KEY}|${hash}`, text);
  append("photo", { sha256: hash, bytes: bytes.length });
  return say(filled(good ? words.photo_kept : words.not_kept, { size: Math.ceil(bytes.length / 1000) }));
}

// Drawn anew as a small JPEG: what a camera wrote beside the picture, its place too, is left behind.
async function shrunk(file) {
  const picture = await createImageBitmap(file);
  for (let edge = PHOTO_PX; edge >= 240; edge = Math.round(edge * 0.75)) {
    const scale = Math.min(1, edge / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", 0.6); });
    if (blob && blob.size <= PHOTO_BYTES) return new Uint8Array(await blob.arrayBuffer());
  }
  return null;
}

function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function say(text, stays = false) {
  $("said").textContent = text;
  if (!stays) setTimeout(() => { if ($("said").textContent === text) $("said").textContent = ""; }, 6000);
}

// ---- hand in ---------------------------------------------------------------------------------
function handIn() {
  askClock("in", () => ask(words.hand_in, words.hand_in_told, [], [
    [words.cancel, "", () => true],
    [words.save, "pri", () => { save(); return true; }],
  ]));
}

function save() {
  append("handed_in", {});
  const wanted = new Set(chain.map((link) => link.body).filter((body) => body.kind === "photo").map((body) => body.sha256));
  const photos = Object.fromEntries([...wanted].map((hash) => [hash, recall(`${KEY}|${hash}`)]).filter(([, text]) => text));
  const whole = { format: 1, kind: "shouwang evaluator", chain, photos };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(whole)], { type: "application/json" }));
  link.download = `${given.drill}-${given.evaluator}-${chain.length}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  const end = chain.at(-1).hash;
  say(filled(words.saved, { head: end.slice(0, 16).match(/.{4}/gu).join(" ") }), true);
}

// ---- begin -----------------------------------------------------------------------------------
async function checkDigest() {
  if (!globalThis.crypto?.subtle) return;
  const bytes = new TextEncoder().encode(KEY.repeat(9));
  const theirs = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  if ([...theirs].map((b) => b.toString(16).padStart(2, "0")).join("") !== digest(bytes)) say(words.broken, true);
}

$("nodes").append(...given.nodes.map(row));
$("clock").addEventListener("click", () => askClock("out"));
$("line").addEventListener("click", askLine);
$("photo").addEventListener("click", () => $("camera").click());
$("camera").addEventListener("change", (event) => { photo(event.target.files[0]); event.target.value = ""; });
$("undo").addEventListener("click", askUndo);
$("hand_in").addEventListener("click", handIn);
addEventListener("storage", () => { load(); draw(); });
load();
const good = wholeUpTo(chain);
if (good < chain.length) say(filled(words.altered, { number: good + 1 }), true);
if (!chain.length) begin();
draw();
if (offset() === null) askClock("out");
document.querySelector(".nd.next")?.scrollIntoView({ block: "center" });
checkDigest();
setInterval(tick, 250);
setInterval(draw, 1000);
