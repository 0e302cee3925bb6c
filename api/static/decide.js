// The decision page: dialogs for each outcome, errors beside the bar, the claim kept alive.

import { Stage } from "./desk/stage.js";
import { bind, send } from "./keys.js";

const kase = JSON.parse(document.getElementById("case").textContent);
const base = `/decisions/tasks/${kase.task}`;

document.querySelectorAll("[data-open]").forEach((button) => {
  const show = () => {
    if (button.disabled) return false;
    document.getElementById(`do-${button.dataset.open}`).showModal();
    return true;
  };
  button.addEventListener("click", show);
  bind(button.dataset.key, () => (document.querySelector("dialog[open]") ? false : show()), { single: true });
});
document.querySelectorAll("[data-close]").forEach((button) => button.addEventListener("click", () => button.closest("dialog").close()));

async function decide(form) {
  const problem = form.querySelector('[role="alert"]');
  const response = await fetch(`${base}/decide/${form.dataset.outcome}`, {
    method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual",
    headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
  });
  if (response.type === "opaqueredirect" || response.ok) { location.assign("/decisions"); return; }
  const answer = await response.json();
  const language = document.documentElement.lang;
  problem.hidden = false;
  problem.textContent = `✕ ${answer.message[language]} ${answer.remedy[language]}`;
}

document.querySelectorAll("form.decide").forEach((form) => {
  form.addEventListener("submit", (event) => { event.preventDefault(); decide(form); });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); form.requestSubmit(); }
  });
});

// Band 4 beside the sheet: the row in focus and the box in focus are one.
const rows = [...document.querySelectorAll("#values tr[data-field]")];
const stage = kase.picture ? new Stage(document.getElementById("stage"), kase.size, (id) => goTo(id)) : null;
let at = -1;

function focusRow(index) {
  if (!rows.length) return false;
  rows[at]?.removeAttribute("aria-current");
  at = Math.max(0, Math.min(rows.length - 1, index));
  const row = rows[at];
  row.setAttribute("aria-current", "true");
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  const place = kase.places.find((item) => item.id === row.dataset.field);
  if (place) stage?.focus(place);
  return true;
}

function goTo(id) {
  const index = rows.findIndex((row) => row.dataset.field === id);
  const place = kase.places.find((item) => item.id === id);
  if (index >= 0) focusRow(index);
  else if (place) stage?.focus(place); // blank on paper: a place, but no row
}

function order(by) {
  const here = rows[at];
  rows.sort((a, b) => Number(a.dataset[by]) - Number(b.dataset[by]));
  rows[0]?.parentElement.append(...rows);
  at = here ? rows.indexOf(here) : -1;
  document.querySelectorAll("[data-order]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.order === by)));
  localStorage.setItem("todoke.order", by);
}

if (stage) {
  stage.show(kase.picture, kase.places);
  kase.places.forEach((place) => stage.mark(place.id, place.state));
  stage.overview();
}
rows.forEach((row) => row.addEventListener("click", (event) => { if (!event.target.closest("button, a")) focusRow(rows.indexOf(row)); }));
rows[0]?.setAttribute("tabindex", "0");
rows[0]?.addEventListener("focus", () => { if (at < 0) focusRow(rows.indexOf(document.activeElement)); });
document.querySelectorAll("[data-goto]").forEach((button) => button.addEventListener("click", () => goTo(button.dataset.goto)));
document.querySelectorAll("[data-order]").forEach((button) => button.addEventListener("click", () => order(button.dataset.order)));
if (localStorage.getItem("todoke.order") === "at") order("at");
const moving = (by) => () => (document.querySelector("dialog[open]") ? false : focusRow(at + by));
bind("ArrowDown", moving(1), { single: true });
bind("ArrowUp", moving(-1), { single: true });
bind("Alt+=", () => stage?.zoomBy(1.25));
bind("Alt+-", () => stage?.zoomBy(1 / 1.25));
bind("Alt+0", () => stage?.overview());
bind("Alt+R", () => stage?.rotate());

document.querySelectorAll("[data-reveal]").forEach((button) => button.addEventListener("click", async () => {
  const answer = await send("POST", `/api/v1/filings/${kase.filing}/reveal/${button.dataset.reveal}`).catch((error) => ({ value: error.message }));
  button.replaceWith(document.createTextNode(` ${(answer.value ?? "").replace(/(.{4})(?=.)/g, "$1 ")}`));
}));

bind("Escape", () => {
  if (document.querySelector("dialog[open]")) return false;
  document.getElementById("close-case")?.click();
  return true;
});

if (kase.token) {
  setInterval(() => send("POST", `/api/v1/tasks/${kase.task}/heartbeat`, { token: kase.token }).catch((error) => {
    const status = document.getElementById("status");
    status.textContent = error.message;
    status.className = "blocks";
  }), (kase.lease * 1000) / 3);
}
