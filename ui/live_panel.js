// Shows a piece of HTML that the server made and escaped, and tells it what a hand does there:
// `data-act` names the act, `data-value` its object. Nothing else in the piece can run.

const QUIET_MS = 120;
const KEPT = "[data-keep]";

// The server escapes every value; this is the second lock on the same door.
function inert(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const element of page.querySelectorAll("script, iframe, object, embed, link, meta, base, form")) element.remove();
  for (const element of page.body.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      const address = ["href", "src", "action", "formaction", "xlink:href"].includes(name);
      if (name.startsWith("on") || (address && !/^(?:tel:|#|\?|app\/|\/)/u.test(value.trim()))) element.removeAttribute(name);
    }
  }
  return page.body.childNodes;
}

// What a hand had before the piece was drawn anew: how far it had scrolled, what it was writing.
function remember(root) {
  const scrolled = [...root.querySelectorAll(KEPT)].map((element) => [element.dataset.keep, element.scrollTop]);
  const { activeElement: active } = document;
  const held = root.contains(active) && active.dataset.act ? { act: active.dataset.act, value: active.dataset.value ?? "", text: active.type === "text" || active.type === "search" ? active.value : null, at: active.selectionStart } : null;
  return { scrolled, held };
}

function recall(root, { scrolled, held }) {
  for (const [key, top] of scrolled) {
    const element = [...root.querySelectorAll(KEPT)].find((one) => one.dataset.keep === key);
    if (element) element.scrollTop = top;
  }
  if (!held) return;
  const element = [...root.querySelectorAll("[data-act]")].find((one) => one.dataset.act === held.act && (one.dataset.value ?? "") === held.value);
  element?.focus({ preventScroll: true });
  if (element && held.text !== null) {
    element.value = held.text;
    element.setSelectionRange(held.at, held.at);
  }
}

function draw(root, html) {
  if (root.shown === html) return;
  const before = remember(root);
  root.replaceChildren(...inert(html));
  root.shown = html;
  recall(root, before);
}

function listen(root) {
  const send = (element, more) => root.emit("act", { verb: element.dataset.act, value: element.dataset.value ?? "", ...more });
  root.addEventListener("click", (event) => {
    const element = event.target.closest("[data-act]");
    if (!element || element.matches("input, select") || element.getAttribute("aria-disabled") === "true") return;
    if (event.target.closest("label, summary, a[href]") && !event.target.closest("button")) return;
    send(element, {});
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-act][tabindex]")) return;
    event.preventDefault();
    send(event.target, {});
  });
  root.addEventListener("change", (event) => {
    const { target } = event;
    if (target.matches("input[type=checkbox][data-act]")) send(target, { on: target.checked });
    else if (target.matches("select[data-act]")) send(target, { text: target.value });
  });
  root.addEventListener("input", (event) => {
    const { target } = event;
    if (!target.matches("input[data-act]:not([type=checkbox])")) return;
    clearTimeout(root.typing);
    root.typing = setTimeout(() => send(target, { text: target.value }), QUIET_MS);
  });
}

export default function livePanel(component) {
  const root = component.parentElement.querySelector(".sw-live");
  if (!root.emit) listen(root);
  root.emit = component.setTriggerValue;
  draw(root, component.data.html);
}
