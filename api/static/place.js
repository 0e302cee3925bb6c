// Four corners, clockwise from the form's top left: click them, or move the mark with arrows and set it with Space.

import { send } from "./keys.js";

const placing = JSON.parse(document.getElementById("placing").textContent);
const stage = document.getElementById("corners");
const button = document.getElementById("send");
const status = document.getElementById("status");
let corners = [];
let at = [0.06, 0.05];
const cursor = document.createElement("i");
cursor.style.borderStyle = "dashed";

function paint() {
  stage.querySelectorAll("i").forEach((mark) => mark.remove());
  for (const [x, y] of corners) {
    const mark = document.createElement("i");
    mark.style.left = `${100 * x}%`;
    mark.style.top = `${100 * y}%`;
    stage.append(mark);
  }
  cursor.style.left = `${100 * at[0]}%`;
  cursor.style.top = `${100 * at[1]}%`;
  if (corners.length < 4) stage.append(cursor);
  button.disabled = corners.length !== 4;
}

function add(x, y) {
  if (corners.length < 4) corners.push([x, y]);
  if (corners.length === 4) button.focus();
  paint();
}

stage.addEventListener("click", (event) => {
  const box = stage.querySelector("img").getBoundingClientRect();
  add((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
});
stage.addEventListener("keydown", (event) => {
  const by = event.shiftKey ? 0.002 : 0.01;
  const moves = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] };
  if (moves[event.key]) at = at.map((value, axis) => Math.min(1, Math.max(0, value + moves[event.key][axis])));
  else if (event.key === " ") add(...at);
  else if (event.key === "Backspace") corners.pop();
  else return;
  event.preventDefault();
  paint();
});
document.getElementById("again").addEventListener("click", () => { corners = []; paint(); stage.focus(); });
button.addEventListener("click", async () => {
  try {
    const placed = corners.map(([x, y]) => [x * placing.width, y * placing.height]);
    await send("POST", `/api/v1/sheets/${placing.sheet}/place`, { kind: document.getElementById("kind").value, corners: placed });
    location.assign(button.dataset.back);
  } catch (error) {
    status.textContent = error.message;
    status.className = "blocks";
  }
});
paint();
stage.focus();
