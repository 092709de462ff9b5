// Opens every report in frames of two widths, one after the other, and writes a line for each thing that is wrong.
"use strict";

const widths = [390, 1280];
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

function measure(view, width, say) {
  const page = view.document;
  if (page.documentElement.scrollWidth > width) say(`is ${page.documentElement.scrollWidth} pixels wide`);
  for (const element of page.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    const isShape = element.ownerSVGElement !== null && element.ownerSVGElement !== undefined;
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
    "[src],[href],[background],script,link,img,iframe,object,embed,form,base,image,use");
  if (loading.length > 0) say(`has ${loading[0].outerHTML.slice(0, 80)}`);
  for (const element of page.querySelectorAll("*"))
    for (const { name } of element.attributes) if (name.startsWith("on")) say(`has the handler ${name}`);
  const requests = view.performance.getEntriesByType("resource");
  if (requests.length > 0) say(`requested ${requests[0].name}`);
  if (page.documentElement.lang === "") say("has no language");
  for (const chart of page.querySelectorAll("svg")) {
    const isDescribed = chart.getAttribute("role") === "img" && chart.getAttribute("aria-label");
    if (!chart.hasAttribute("aria-hidden") && !isDescribed) say("has a chart without a description");
  }
}

// The policy of the page goes, so that what it would forbid shows.
const withoutPolicy = (html) => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "");

function open(name, html, width) {
  return new Promise((resolve) => {
    const frame = document.createElement("iframe");
    frame.style.cssText = `border:0;width:${width}px;height:800px`;
    frame.srcdoc = withoutPolicy(html);
    frame.onload = () => {
      const view = frame.contentWindow;
      measure(view, width, (what) => findings.push(`${name} at ${width}: ${what}`));
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
  for (const [name, html] of Object.entries(reports)) for (const width of widths) await open(name, html, width);
  const scheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  document.getElementById("result").textContent = `measured ${measured} ${scheme}\n${findings.join("\n")}`;
})();
