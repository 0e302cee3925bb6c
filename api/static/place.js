// Four corners, clockwise from the form's top left: click them, or move the mark with arrows and set it with Space.

import { bind, send } from "./keys.js";

const placing = JSON.parse(document.getElementById("placing").textContent);
const texts = JSON.parse(document.getElementById("texts").textContent);
const stage = document.getElementById("corners");
const button = document.getElementById("send");
const status = document.getElementById("status");
const told = document.getElementById("next");
const START = [[0.06, 0.05], [0.94, 0.05], [0.94, 0.95], [0.06, 0.95]]; // where a corner of a sheet is likely to be
let corners = [];
let at = START[0];
const cursor = document.createElement("i");
cursor.className = "cursor";

function paint() {
  stage.querySelectorAll("i").forEach((mark) => mark.remove());
  corners.forEach(([x, y], number) => {
    const mark = document.createElement("i");
    mark.textContent = String(number + 1);
    mark.style.left = `${100 * x}%`;
    mark.style.top = `${100 * y}%`;
    stage.append(mark);
  });
  cursor.style.left = `${100 * at[0]}%`;
  cursor.style.top = `${100 * at[1]}%`;
  const full = corners.length === 4;
  if (!full) stage.append(cursor);
  button.disabled = !full;
  document.querySelectorAll("[data-corner]").forEach((line, number) => {
    line.querySelector("span").textContent = number < corners.length ? "✓" : "";
    line.toggleAttribute("aria-current", number === corners.length);
  });
  told.textContent = full ? texts.place_ready
    : texts.place_next.replace("{corner}", texts[`corner_${corners.length}`]).replace("{n}", String(corners.length + 1));
  told.className = full ? "settled" : "needs";
}

function jump() {
  at = START[Math.min(3, corners.length)];
  paint();
}

function add(x, y) {
  if (corners.length < 4) corners.push([x, y]);
  jump();
  if (corners.length === 4) button.focus();
}

function back() {
  at = corners.pop() ?? at;
  paint();
  stage.focus();
}

stage.addEventListener("click", (event) => {
  const box = stage.querySelector("img").getBoundingClientRect();
  add((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
});
stage.addEventListener("keydown", (event) => {
  const by = event.shiftKey ? 0.002 : 0.01;
  const moves = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] };
  if (moves[event.key]) {
    at = at.map((value, axis) => Math.min(1, Math.max(0, value + moves[event.key][axis])));
    paint();
  } else if (event.key === " ") add(...at);
  else return;
  event.preventDefault();
});
bind("Backspace", () => { if (!corners.length) return false; back(); return true; }, { single: true });
bind("Escape", () => location.assign(button.dataset.back));
document.getElementById("again").addEventListener("click", () => { corners = []; jump(); stage.focus(); });
button.addEventListener("click", async () => {
  try {
    const placed = corners.map(([x, y]) => [x * placing.width, y * placing.height]);
    await send("POST", `/api/v1/sheets/${placing.sheet}/place`, { kind: document.getElementById("kind").value, corners: placed });
    location.assign(button.dataset.back);
  } catch (error) {
    status.textContent = error.message;
    status.className = "problem";
  }
});
jump();
stage.focus();
