// Opens every report in frames of two widths, one after the other, and writes a line for each thing that is wrong.
"use strict";

const widths = [390, 1280];
const paperWidth = 688; // of A4 between its margins
const findings = [];
let measured = 0;

// The channels of a CSS color, 0 to 255, and its opacity.
const channels = (color) => {
  const parts = color.match(/[\d.]+/g).map(Number);
  return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
};

const luminance = (rgb) => {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

// By WCAG 2: (lighter + 0.05) / (darker + 0.05).
const contrast = (a, b) => {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

const backgroundOf = (element, view) => {
  for (let at = element; at; at = at.parentElement) {
    const color = channels(view.getComputedStyle(at).backgroundColor);
    if (color.alpha === 1) return color.rgb;
  }
  return [255, 255, 255];
};

const hasText = (element) =>
  [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");

// What mail programs drop, or cut off.
function measureMail(page, html, say) {
  if (new TextEncoder().encode(html).length >= 100000) say("is too long for a mail");
  const dropped = page.querySelectorAll("style,script,svg,img,details,[class],[id],ul,ol,p,section,article");
  if (dropped.length > 0) say(`has ${dropped[0].outerHTML.slice(0, 80)}`);
  for (const { style } of page.querySelectorAll("[style]")) {
    for (const property of ["position", "float", "backgroundImage", "gridTemplateColumns"])
      if (style[property] !== "") say(`is styled with ${property}: ${style[property]}`);
    if (!["", "none", "block"].includes(style.display)) say(`is styled with display: ${style.display}`);
  }
  // What a program shows beside the subject.
  const beginning = page.body.firstElementChild;
  if (getComputedStyle(beginning).display !== "none" || beginning.textContent.trim() === "") say("has no preheader");
}

function measure(view, width, say) {
  const page = view.document;
  if (page.documentElement.scrollWidth > width) say(`is ${page.documentElement.scrollWidth} pixels wide`);
  for (const element of page.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    const isShape = element.ownerSVGElement !== null && element.ownerSVGElement !== undefined;
    if (element.getClientRects().length === 0) continue;
    if (!isShape && (box.right > width + 0.5 || box.left < -0.5)) say(`${element.outerHTML.slice(0, 80)} sticks out`);
    if (!isShape && hasText(element)) {
      const { color } = view.getComputedStyle(element);
      const ratio = contrast(channels(color).rgb, backgroundOf(element, view));
      if (ratio < 4.5) say(`contrast ${ratio.toFixed(2)} of ${element.outerHTML.slice(0, 80)}`);
      // Text wider than the card that it stands in.
      const card = element.closest(".card");
      const range = page.createRange();
      range.selectNodeContents(element);
      if (card && range.getBoundingClientRect().right > card.getBoundingClientRect().right)
        say(`"${element.textContent.slice(0, 60)}" leaves its card`);
    }
  }
  for (const text of page.querySelectorAll("svg text")) {
    const box = text.getBoundingClientRect(), frame = text.ownerSVGElement.getBoundingClientRect();
    if (box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom)
      say(`"${text.textContent}" leaves its chart`);
  }
  const loading = page.querySelectorAll(
    "[src],[href]:not(a),[background],script,link,img,iframe,object,embed,form,base,image,use");
  if (loading.length > 0) say(`has ${loading[0].outerHTML.slice(0, 80)}`);
  // Links lead to a place of the page that there is, or to the web.
  for (const link of page.querySelectorAll("a")) {
    const target = link.getAttribute("href");
    if (target.startsWith("#") ? !page.getElementById(target.slice(1)) : !/^https?:\/\/./i.test(target))
      say(`links to ${target}`);
    if (link.getClientRects().length > 0 && link.getBoundingClientRect().height < 16)
      say(`${link.outerHTML.slice(0, 80)} is hard to hit`);
  }
  if (new Set([...page.querySelectorAll("[id]")].map(({ id }) => id)).size < page.querySelectorAll("[id]").length)
    say("has an id twice");
  const [first] = page.querySelectorAll("h1, h2, h3, h4");
  if (first?.localName !== "h1" || page.querySelectorAll("h1").length !== 1) say("does not begin with its headline");
  // The state of a week is read without its colour.
  for (const week of page.querySelectorAll(".strip b"))
    if (!/^[✓!✕?]$/.test(week.textContent)) say(`has a week of the state "${week.textContent}"`);
  for (const element of page.querySelectorAll("*"))
    for (const { name } of element.attributes) if (name.startsWith("on")) say(`has the handler ${name}`);
  const requests = view.performance.getEntriesByType("resource");
  if (requests.length > 0) say(`requested ${requests[0].name}`);
  if (page.documentElement.lang === "") say("has no language");
  for (const chart of page.querySelectorAll("svg:not(svg svg)")) {
    const isDescribed = chart.getAttribute("role") === "img" && chart.getAttribute("aria-label");
    if (!chart.hasAttribute("aria-hidden") && !isDescribed) say("has a chart without a description");
  }
}

// What is folded stands on paper, though nobody opens it.
function measurePaper(view, say) {
  for (const fold of view.document.querySelectorAll("details:not([open])"))
    for (const element of fold.querySelectorAll(".issue"))
      if (element.checkVisibility({ contentVisibilityAuto: true }) === false || element.clientHeight === 0)
        say(`${element.outerHTML.slice(0, 80)} is not printed`);
  if (view.document.querySelector("nav")?.getClientRects().length > 0) say("prints links");
}
const onPaper = (html) =>
  html.replace("@media print{", "@media all{").replace("@media screen and", "@media speech and");

// The policy of the page goes, so that what it would forbid shows.
const withoutPolicy = (html) => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");

function open(name, html, width, isPaper = false) {
  return new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.style.cssText = `border:0;width:${width}px;height:800px`;
    frame.srcdoc = withoutPolicy(isPaper ? onPaper(html) : html);
    frame.onload = () => {
      const view = frame.contentWindow;
      const say = (what) => findings.push(`${name} at ${width}: ${what}`);
      if (isPaper) measurePaper(view, say);
      // As it is opened, and with what is folded.
      measure(view, width, say);
      const folds = view.document.querySelectorAll("details");
      for (const fold of folds) fold.open = true;
      if (folds.length > 0) measure(view, width, say);
      if (name.endsWith("-email")) measureMail(view.document, html, say);
      document.getElementById("heights").textContent +=
        `${name} ${width} ${view.document.documentElement.scrollHeight}\n`;
      ++measured;
      frame.remove();
      resolve();
    };
    document.body.append(frame);
  });
}

(async () => {
  for (const [name, html] of Object.entries(reports)) {
    for (const width of widths) await open(name, html, width);
    await open(name, html, paperWidth, true);
  }
  const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.getElementById("result").textContent = `measured ${measured} ${scheme}\n${findings.join("\n")}`;
})();
