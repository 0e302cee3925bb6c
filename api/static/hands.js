// Work in hand: ↑ ↓ choose a task, T or Enter asks for the reason, Ctrl+Enter takes it back.

import { bind, send } from "./keys.js";

const buttons = [...document.querySelectorAll("[data-take]")];
const dialog = document.getElementById("take");
const form = dialog.querySelector("form");
const wrong = form.querySelector("[role=alert]");
let row = null;

const here = () => buttons.indexOf(document.activeElement);

function step(by) {
  if (!buttons.length) return false;
  buttons[Math.max(0, Math.min(buttons.length - 1, here() + by))].focus();
  return true;
}

function ask(button) {
  row = button.closest("tr");
  document.getElementById("take-what").textContent = button.dataset.take;
  wrong.hidden = true;
  form.reset();
  dialog.showModal();
}

buttons.forEach((button) => button.addEventListener("click", () => ask(button)));
bind("ArrowDown", () => !dialog.open && step(1), { single: true });
bind("ArrowUp", () => !dialog.open && step(-1), { single: true });
bind("T", () => { if (dialog.open || here() < 0) return false; ask(buttons[here()]); return true; }, { single: true });
bind("Ctrl+Enter", () => { if (!dialog.open) return false; form.requestSubmit(); return true; });
bind("Escape", () => { if (dialog.open) return false; location.assign("/"); return true; });

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await send("POST", `/api/v1/tasks/${row.dataset.held}/take-back`, { reason: form.elements.reason.value.trim() });
    location.assign(`/hands?done=${encodeURIComponent(row.dataset.number)}`);
  } catch (error) {
    wrong.textContent = error.message;
    wrong.hidden = false;
  }
});
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => row?.querySelector("[data-take]").focus());
