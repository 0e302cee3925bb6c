// A batch: forms that post JSON, live while it is being read, arrows over the light-table.

import { bind, send } from "./keys.js";

const batch = JSON.parse(document.getElementById("batch").textContent);
const status = document.getElementById("status");
const say = (error) => { status.textContent = error.message; status.className = "problem"; };
const version = { "If-Match": `"${batch.n}"` };

document.querySelectorAll("form[data-post]").forEach((form) => form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const data = Object.fromEntries(new FormData(form));
  try {
    await send("POST", form.dataset.post, Object.keys(data).length ? data : undefined, version);
    location.reload();
  } catch (error) { say(error); }
}));

document.getElementById("more")?.addEventListener("change", async (event) => {
  try {
    for (const file of event.target.files) await send("PUT", `/api/v1/batches/${batch.id}/files/${encodeURIComponent(file.name)}`, file);
    location.reload();
  } catch (error) { say(error); }
});

// The light-table: one card is chosen; keys and the line of buttons below act on it.
const cards = [...document.querySelectorAll(".page-card")];
const KEPT = `todoke.card.${batch.id}`;
let chosen = Math.max(0, cards.findIndex((card) => card.dataset.page === sessionStorage.getItem(KEPT)));

function choose(index, focus = true) {
  if (!cards.length) return false;
  cards[chosen]?.classList.remove("selected");
  chosen = Math.max(0, Math.min(cards.length - 1, index));
  const card = cards[chosen];
  card.classList.add("selected");
  cards.forEach((other) => { other.tabIndex = other === card ? 0 : -1; });
  if (focus) { card.focus({ preventScroll: true }); card.scrollIntoView({ block: "nearest" }); }
  sessionStorage.setItem(KEPT, card.dataset.page);
  document.querySelectorAll(".keyline [data-act]").forEach((button) => { button.disabled = !can(button.dataset.act); });
  return true;
}

const pages = () => [...new Set(cards.map((card) => card.dataset.page))];

function can(act) {
  if (!batch.correct || !cards.length) return false;
  const at = pages().indexOf(cards[chosen].dataset.page);
  if (act === "earlier") return at > 0;
  if (act === "later") return at < pages().length - 1;
  return cards[chosen].dataset.acts.split(" ").includes(act);
}

async function perform(act) {
  if (!can(act)) return;
  const { page, sheet } = cards[chosen].dataset;
  try {
    if (act === "place") { location.assign(`/intake/${batch.id}/place/${sheet}`); return; }
    if (act === "turn") await send("POST", `/api/v1/pages/${page}/turn`, { degrees: 90 });
    else if (act === "earlier" || act === "later") {
      const order = pages();
      const at = order.indexOf(page);
      const to = at + (act === "earlier" ? -1 : 1);
      [order[at], order[to]] = [order[to], order[at]];
      await send("POST", `/api/v1/batches/${batch.id}/order`, { pages: order });
    } else await send("POST", `/api/v1/sheets/${sheet}/${act}`);
    location.reload();
  } catch (error) { say(error); }
}

cards.forEach((card, index) => card.addEventListener("focusin", () => { if (chosen !== index) choose(index, false); }));
document.querySelectorAll("[data-act]").forEach((button) => button.addEventListener("click", () => {
  const card = button.closest(".page-card");
  if (card) choose(cards.indexOf(card), false);
  perform(button.dataset.act);
}));
for (const [key, act] of [["R", "turn"], ["T", "attachment"], ["N", "nothing"], ["P", "place"]]) {
  bind(key, () => { if (!can(act)) return false; perform(act); return true; }, { single: true });
}
const moved = (act) => () => { if (!can(act)) return false; perform(act); return true; };
bind("Shift+ArrowLeft", moved("earlier"), { single: true });
bind("Shift+ArrowRight", moved("later"), { single: true });
bind("ArrowRight", () => choose(document.activeElement === cards[chosen] ? chosen + 1 : chosen), { single: true });
bind("ArrowLeft", () => choose(document.activeElement === cards[chosen] ? chosen - 1 : chosen), { single: true });
choose(chosen, false);
bind("Escape", () => location.assign("/intake"));

/** Until everything is read the page follows: the counts decide when to load it again. */
async function follow(before) {
  const now = await send("GET", `/api/v1/batches/${batch.id}/progress`).catch(() => null);
  const print = now && JSON.stringify([now.state, now.pages, now.sheets, now.filings, now.refused]);
  if (before !== null && print !== null && print !== before) { location.reload(); return; }
  if (!now?.settled || Object.values(now.filings).length === 0) setTimeout(() => follow(print ?? before), 1500);
}
if (!batch.settled) follow(null);
