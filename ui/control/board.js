// Exercise control's board on top of the live panel: forms that are sent whole and at once, so that a
// passphrase or a key is in the server for one run only; throws whose values stay in this page until
// they are revealed; clocks and the line "now"; files handed out.

const LARGEST = 4_000_000;
const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");
const id = () => hex(crypto.getRandomValues(new Uint8Array(12)));

const named = (form) => [...form.querySelectorAll("[name]")].filter((field) => field.closest("[data-form]") === form);

function fieldsOf(form) {
  const fields = {};
  for (const field of named(form)) {
    if (field.type === "file") continue;
    const all = (fields[field.name] ??= []);
    if ((field.type !== "checkbox" && field.type !== "radio") || field.checked) all.push(field.value);
  }
  return fields;
}

function base64(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

async function filesOf(form) {
  const found = named(form).filter((field) => field.type === "file").flatMap((field) => [...field.files].map((file) => [field.name, file]));
  // Of a file that is too large only the name comes: whoever reads it says that it is none.
  const read = async (file) => (file.size <= LARGEST ? base64(await file.arrayBuffer()) : "");
  return Promise.all(found.map(async ([field, file]) => ({ field, name: file.name, data: await read(file) })));
}

// What a hand wrote outlives a drawing of the board; once sent it is gone.
function typed(root) {
  const kept = new Map();
  for (const form of root.querySelectorAll("[data-form]")) {
    const values = named(form).map((field) => [field.name, field.value, field.type, field.checked, field.type === "file" ? field.files : null]);
    kept.set(form.dataset.form, values);
  }
  const open = new Set([...root.querySelectorAll("details[data-open][open]")].map((one) => one.dataset.open));
  const { activeElement: active } = document;
  const held = root.contains(active) && active.name ? [active.closest("[data-form]")?.dataset.form, active.name, active.selectionStart] : null;
  return { kept, open, held };
}

function retype(root, { kept, open, held }) {
  for (const form of root.querySelectorAll("[data-form]")) {
    const before = kept.get(form.dataset.form);
    if (!before) continue;
    for (const [place, field] of named(form).entries()) {
      const was = before[place];
      if (!was || was[0] !== field.name || was[2] !== field.type) continue;
      if (field.type === "file") { field.files = was[4]; name(field); }
      else if (field.type === "checkbox" || field.type === "radio") { if (field.value === was[1]) field.checked = was[3]; }
      else field.value = was[1];
    }
  }
  for (const one of root.querySelectorAll("details[data-open]")) if (open.has(one.dataset.open)) one.open = true;
  if (!held) return;
  const form = [...root.querySelectorAll("[data-form]")].find((one) => one.dataset.form === held[0]);
  const field = form && named(form).find((one) => one.name === held[1]);
  field?.focus({ preventScroll: true });
  if (field && held[2] !== null && ["text", "password", "search"].includes(field.type)) field.setSelectionRange(held[2], held[2]);
}

// A throw is committed by its hash alone: SHA-256("shouwang commit 1\n" + nonce + value).
async function committed(value) {
  const nonce = crypto.getRandomValues(new Uint8Array(32));
  const parts = [new TextEncoder().encode("shouwang commit 1\n"), nonce, new TextEncoder().encode(value)];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return { nonce: hex(nonce), commit: hex(await crypto.subtle.digest("SHA-256", whole)) };
}

function save(name, type, bytes) {
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

async function hand(root, file) {
  const bytes = Uint8Array.from(atob(file.data), (one) => one.charCodeAt(0)), { place } = root;
  root.place = null;
  if (!place) { save(file.name, file.type, bytes); return; }
  try {
    const stream = await place.createWritable();
    await stream.write(bytes);
    await stream.close();
  } catch { save(file.name, file.type, bytes); }
}

async function send(root, button) {
  if (root.busy) return;
  root.busy = true;
  root.classList.add("busy");
  const form = button.closest("[data-form]");
  button.closest("details.ec-drills")?.removeAttribute("open"); // a choice that is made
  const act = { id: id(), verb: button.dataset.send, value: button.dataset.value ?? "", fields: {}, files: [] };
  if (form) Object.assign(act, { fields: fieldsOf(form), files: await filesOf(form) });
  if (act.verb === "commit" && act.fields.value?.[0] && crypto.subtle) {
    const { value: [value], name: [name] } = act.fields;
    const made = await committed(value);
    root.slips.set(name.trim(), { nonce: made.nonce, value });
    act.fields = { name: [name], commit: [made.commit] };
  }
  // An officer's key goes where its hand says, onto the stick; a browser that cannot ask downloads it.
  root.place = null;
  if (act.verb === "make_key" && window.showSaveFilePicker) {
    try { root.place = await window.showSaveFilePicker({ suggestedName: `officer-${act.fields.office?.[0] ?? ""}.age` }); }
    catch { root.busy = false; root.classList.remove("busy"); return; }
  }
  const slip = act.verb === "reveal" && root.slips.get(act.value);
  if (slip) act.fields = { nonce: [slip.nonce], value: [slip.value] };
  root.sent = form?.dataset.form ?? null;
  root.tell("act", act);
}

function listen(root) {
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-send]");
    if (button && button.getAttribute("aria-disabled") !== "true") { event.preventDefault(); void send(root, button); return; }
    const other = event.target.closest("[data-address]")?.dataset.address ?? "";
    if (/^http:\/\/(127\.0\.0\.1|localhost):\d+\/?$/u.test(other)) window.open(other, "_blank", "noopener");
    const slip = event.target.closest("[data-save-slip]");
    const held = slip && root.slips.get(slip.dataset.saveSlip);
    if (held) save(`slip-${slip.dataset.saveSlip}.json`, "application/json", JSON.stringify({ name: slip.dataset.saveSlip, ...held }, null, 1));
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches("input[type=file]")) name(event.target);
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-form] input:not([type=checkbox]):not([type=file])")) return;
    const button = event.target.closest("[data-form]").querySelector("[data-send].primary");
    if (button) { event.preventDefault(); button.click(); }
  });
}

// What is chosen stands on the field in the page's own words, not in the browser's.
function name(field) {
  const told = field.parentElement.querySelector("[data-chosen]");
  told.dataset.empty ??= told.textContent;
  told.textContent = [...field.files].map((file) => file.name).join(", ") || told.dataset.empty;
}

const clock = (seconds) => {
  const s = Math.abs(seconds), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  const rest = `${String(s % 60).padStart(2, "0")}″`;
  return `${seconds < 0 ? "−" : ""}${h ? `${h} h ${String(m).padStart(2, "0")}′` : `${m}′`}${rest}`;
};

function tick(root) {
  const now = Date.now();
  for (const one of root.querySelectorAll("[data-from]")) one.textContent = clock(Math.floor((now - Number(one.dataset.from)) / 1000));
  for (const line of root.querySelectorAll("[data-now]")) {
    const share = Math.min(1, Math.max(0, (now - Number(line.dataset.now)) / Number(line.dataset.span)));
    line.style.left = `${100 * share ** Number(line.dataset.power)}%`;
  }
  for (const one of root.querySelectorAll("[data-slip]")) one.classList.toggle("held", root.slips.has(one.dataset.slip));
}

export default function board(component) {
  const root = component.parentElement.querySelector(".sw-live");
  if (!root.slips) {
    root.slips = new Map();
    listen(root);
  }
  clearInterval(root.clock);
  root.clock = setInterval(() => tick(root), 250);
  root.tell = component.setTriggerValue;
  const { html, turn, file } = component.data;
  const before = root.shown === html ? null : typed(root);
  if (root.turn !== turn && root.sent !== undefined && before) before.kept.delete(root.sent);
  livePanel(component);
  if (before) retype(root, before);
  if (root.turn !== turn) {
    root.busy = false;
    root.classList.remove("busy");
    if (!before) for (const field of root.querySelectorAll("input[type=password], input[type=file]")) { field.value = ""; if (field.files) name(field); }
  }
  if (file && root.filed !== file.turn) void hand(root, file);
  root.filed = file?.turn ?? root.filed;
  root.turn = turn;
  tick(root);
  return () => clearInterval(root.clock);
}
