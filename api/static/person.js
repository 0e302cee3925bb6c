// Places the bars (styles in attributes are not allowed here) and reveals the numbers on purpose.

import { send } from "./keys.js";

document.querySelectorAll("[data-left]").forEach((element) => {
  element.style.left = `${element.dataset.left}%`;
  if (element.dataset.width) element.style.width = `${element.dataset.width}%`;
});
document.getElementById("reveal")?.addEventListener("click", async (event) => {
  const answer = await send("POST", `${location.pathname}/reveal`);
  for (const [kind, number] of Object.entries(answer)) {
    if (number) document.querySelector(`[data-number="${kind}"]`).textContent = number.replace(/(.{4})(?=.)/g, "$1 ");
  }
  event.target.remove();
});
