// What is wrong with the page that stands open: structure, names of controls, languages. Gives a list of sentences.
() => {
  const wrong = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const said = (element) => (element.innerText || element.getAttribute("aria-label") || element.title || "").trim();
  const { lang } = document.documentElement;
  if (!["ja", "en"].includes(lang)) wrong.push(`lang is "${lang}"`);
  if (!document.title.trim()) wrong.push("no title");
  if (all("main").length !== 1) wrong.push("not one main");
  if (all("header").length !== 1) wrong.push("not one header");
  if (all("h1").length !== 1) wrong.push(`${all("h1").length} h1`);
  if (!document.querySelector("a.skip[href='#main']")) wrong.push("no way past the header");
  for (const field of all("input:not([type=hidden]), select, textarea")) {
    if (!field.labels?.length && !field.getAttribute("aria-label")) wrong.push(`no label: ${field.outerHTML.slice(0, 90)}`);
  }
  for (const control of all("a[href], button, summary")) if (!said(control)) wrong.push(`no name: ${control.outerHTML.slice(0, 90)}`);
  for (const image of document.images) if (!image.hasAttribute("alt")) wrong.push(`no alt: ${image.src}`);
  for (const region of all("section[aria-label=''], nav:not([aria-label])")) wrong.push(`unnamed region: ${region.className}`);
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((one, at) => ids.indexOf(one) !== at))) wrong.push(`id twice: ${id}`);
  let level = 0;
  for (const heading of all("h1, h2, h3, h4")) {
    const depth = Number(heading.tagName[1]);
    if (depth > level + 1) wrong.push(`h${depth} after h${level}: ${said(heading)}`);
    level = depth;
  }
  // What came from paper or from people keeps its language; everything else is in the page's.
  const DATA = ".value, .data, .who, kbd, time, [lang]:not(html), .training-mark, script, style";
  const KNOWN = /^(Todoke|PDF|TIFF|PNG|JPEG|MB|TRAINING|English|Enter|Esc|Shift|My|Number|reception|keyer\d|reviewer|approver|supervisor|admin|px|mm|application|octet|stream|nowhere)$/;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: element, textContent: text } = walker.currentNode;
    if (!text.trim() || element.closest(DATA) || !shown(element)) continue;
    if (/\{\w*\}|undefined|\[object|None\b/.test(text)) wrong.push(`unfilled: ${text.trim()}`);
    if (lang === "en" && /[\u3040-\u30ff\u3400-\u9fff]/.test(text)) wrong.push(`not in English: ${text.trim()}`);
    if (lang === "ja") {
      for (const word of text.match(/[A-Za-z]{3,}\d?/g) ?? []) if (!KNOWN.test(word)) wrong.push(`not in Japanese: ${text.trim()}`);
    }
  }
  return wrong;
}
