// One map of keys for every page. A page adds its own with `bind`; composing text is never interrupted.

const bindings = [];
const SINGLE = "todoke.single-keys-off";

/** True while an input method composes: Enter then confirms the conversion and nothing else. */
export const composing = (event) => event.isComposing || event.keyCode === 229;

const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  && !/^(checkbox|radio|button|submit|file)$/.test(target.type ?? "");

/** "Ctrl+Shift+B", "Alt+=", "F2", "Enter", "a": the name of a key press, in a fixed order of modifiers. */
export function nameOf(event) {
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const base = event.altKey && event.code.startsWith("Key") ? event.code.slice(3) : key;
  const shift = event.shiftKey && (base.length > 1 || event.ctrlKey || event.altKey) ? "Shift+" : "";
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shift}${base}`;
}

/** Run `action(event)` on `key` unless it returns false. `single` keys work only where no input has focus. */
export function bind(key, action, { single = false } = {}) {
  bindings.push({ key, action, single });
}

bind("Alt+/", () => {
  const field = document.querySelector("[data-search]");
  if (field) { field.focus(); field.select(); return true; }
  const place = document.querySelector('[data-go="r"], [data-go="a"]');
  if (place) location.assign(place.href);
  return Boolean(place);
});

let going = false;
const help = document.getElementById("keys");
const GO = new Set(["H", "I", "D", "A", "R"]);

function go(letter) {
  const link = document.querySelector(`[data-go="${letter.toLowerCase()}"]`);
  if (link) location.assign(link.href);
}

document.addEventListener("keydown", (event) => {
  if (composing(event)) return;
  const name = nameOf(event);
  const inInput = typing(event.target);
  const letters = !inInput && localStorage.getItem(SINGLE) !== "1" && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (name === "F1" || (name === "?" && letters)) { event.preventDefault(); help?.open ? help.close() : help?.showModal(); return; }
  if (help?.open) return;
  if (going && GO.has(event.key.toUpperCase())) { going = false; event.preventDefault(); go(event.key); return; }
  going = false;
  if (name === "Alt+G" || (letters && name === "G")) { going = true; event.preventDefault(); return; }
  for (const binding of bindings) {
    if (binding.key !== name) continue;
    if (binding.single && !letters) continue;
    if (binding.action(event) === false) continue;
    event.preventDefault();
    return;
  }
});

document.querySelector("[data-keys-help]")?.addEventListener("click", () => help?.showModal());
const single = document.getElementById("single-keys-off");
if (single) {
  single.checked = localStorage.getItem(SINGLE) === "1";
  single.addEventListener("change", () => localStorage.setItem(SINGLE, single.checked ? "1" : "0"));
}

// Rows that lead somewhere: click or Enter on the row.
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("tr[data-href]");
  if (row && !event.target.closest("a, button, input, label, form")) location.assign(row.dataset.href);
});

/** Lists answer to ↑ ↓ and Enter: rows with data-href inside [data-list]. */
const rows = [...document.querySelectorAll("[data-list] tr[data-href]")];
let at = -1;
function select(index) {
  if (!rows.length) return false;
  rows[at]?.removeAttribute("aria-selected");
  at = Math.max(0, Math.min(rows.length - 1, index));
  rows[at].setAttribute("aria-selected", "true");
  rows[at].scrollIntoView({ block: "nearest" });
  return true;
}
bind("ArrowDown", () => select(at + 1), { single: true });
bind("ArrowUp", () => select(at - 1), { single: true });
bind("Enter", (event) => {
  if (at < 0 || event.target.closest?.("a, button")) return false;
  location.assign(rows[at].dataset.href);
  return true;
}, { single: true });

/** A request to our own server with the session's token; throws an Error that carries the problem. */
export async function send(method, url, body, headers = {}) {
  const token = document.querySelector('meta[name="csrf"]')?.content ?? "";
  const json = body !== undefined && !(body instanceof Blob);
  const response = await fetch(url, {
    method,
    headers: { "X-CSRF-Token": token, Accept: "application/json", ...(json ? { "Content-Type": "application/json" } : {}), ...headers },
    body: json ? JSON.stringify(body) : body,
  });
  const type = response.headers.get("content-type") ?? "";
  const said = await response.text(); // empty with 204
  const answer = type.includes("json") && said ? JSON.parse(said) : said;
  if (!response.ok) {
    const language = document.documentElement.lang;
    const error = new Error(answer.message ? `${answer.message[language]} ${answer.remedy[language]}` : response.statusText);
    error.problem = answer;
    error.status = response.status;
    throw error;
  }
  return answer;
}
