// The life of a filing: copy an event's audit proof, reveal a number on purpose.

import { send } from "./keys.js";

document.querySelectorAll("[data-proof]").forEach((button) => button.addEventListener("click", async () => {
  await navigator.clipboard.writeText(button.dataset.proof).catch(() => {});
  button.textContent = button.dataset.proof;
}));
const id = location.pathname.split("/").pop();
document.querySelectorAll("[data-reveal]").forEach((button) => button.addEventListener("click", async () => {
  const answer = await send("POST", `/api/v1/filings/${id}/reveal/${button.dataset.reveal}`).catch((error) => ({ value: error.message }));
  button.replaceWith(document.createTextNode(` ${(answer.value ?? "").replace(/(.{4})(?=.)/g, "$1 ")}`));
}));
