// What is seen as a picture: text, frames and drawings of the view, read off the page into one SVG
// with title, key, day and source; the same picture is what prints, and what becomes a PNG.

const MARGIN = 24;
const SHEET_FONT = "Roboto, Arial, 'Helvetica Neue', sans-serif";

// Make the sheet: what the view draws, between a heading and a key.
function sheet() {
  const view = views[viewShown()];
  const seen = view.toSvg ? view.toSvg() : pageToSvg(byId("view"));
  const width = Math.max(640, seen.width + 2 * MARGIN);
  const parts = [];
  let y = MARGIN;
  const write = (words, size, weight, colour) => {
    for (const line of wrapped(words, (width - 2 * MARGIN) / (size * 0.5))) {
      y += size * 1.3;
      parts.push(svgText(MARGIN, y, line, size, weight, colour));
    }
  };
  write(document.title, 20, 700, "#16191d");
  if (!document.title.startsWith(byId("verdict-option").textContent))
    write(byId("verdict-option").textContent, 15, 650, "#16191d");
  for (const words of views[here.view].caption?.() || []) write(words, 14, 400, "#16191d");
  write([byId("verdict").textContent, byId("voices").textContent].join(" "), 13, 400, "#4d5560");
  if (stepShown() < data.steps.length - 1)
    write(`${t.day} ${data.steps[here.step].label}`, 13, 600, "#16191d");
  y += 16;
  parts.push(
    draw(
      "svg",
      {
        x: (width - seen.width) / 2,
        y,
        width: seen.width,
        height: seen.height,
        viewBox: `0 0 ${seen.width} ${seen.height}`,
        overflow: "visible",
      },
      ...seen.parts,
    ),
  );
  y += seen.height + 18;
  if (!view.hasOwnKey) y = svgKey(parts, y, width);
  if (byId("hidden-count").textContent) write(byId("hidden-count").textContent, 12, 600, "#16191d");
  write(data.note.join(" "), 11.5, 400, "#4d5560");
  const height = y + MARGIN;
  const svg = draw(
    "svg",
    { xmlns: SVG, viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "font-family": SHEET_FONT },
    draw("title", {}, document.title),
    draw("desc", {}, byId("verdict").textContent),
    draw("rect", { width, height, fill: "#fff" }),
    ...parts,
  );
  return svg;
}

function svgText(x, y, words, size, weight, colour, more = {}) {
  return draw("text", { x, y, "font-size": size, "font-weight": weight, fill: colour, ...more }, words);
}

function wrapped(words, width) {
  const lines = [""];
  for (const word of words.split(/\s+/).filter(Boolean)) {
    if (lines.at(-1).length + word.length + 1 > width && lines.at(-1)) lines.push(word);
    else lines[lines.length - 1] += (lines.at(-1) ? " " : "") + word;
  }
  return lines.filter(Boolean);
}

// The key: stances that occur, kinds that occur, filled and hollow.
function svgKey(parts, top, width) {
  const rows = shownRows();
  const stances = stanceNames.filter((s) => rows.some((row) => row.stance === s));
  const kinds = Object.keys(t.kinds).filter((k) => rows.some((row) => data.actors[row.holder].kind === k));
  const items = [
    ...stances.map((s) => [stanceLine(s), 58, t.stances[s]]),
    ...kinds.map((k) => [actorShape(k, true, "#3a4149"), 22, t.kinds[k]]),
    [actorShape("country", true, "#3a4149"), 22, t.own],
    [actorShape("country", false, "#3a4149"), 22, t.hearsay],
  ];
  let [x, y] = [MARGIN, top];
  for (const [symbol, size, label] of items) {
    const wide = size + 8 + label.length * 6.6 + 18;
    if (x + wide > width - MARGIN && x > MARGIN) [x, y] = [MARGIN, y + 24];
    symbol.setAttribute("x", x);
    symbol.setAttribute("y", y - (size === 58 ? 8 : 11));
    parts.push(symbol, svgText(x + size + 6, y + 4.5, label, 12, 400, "#16191d"));
    x += wide;
  }
  return y + 18;
}

// Read a part of the page off as SVG elements, each where it stands.
function pageToSvg(root) {
  const parts = [];
  const whole = root.querySelector("table, .timeline") || root;
  const box = whole.getBoundingClientRect();
  const origin = { x: box.left, y: root.getBoundingClientRect().top };
  readOff(root, origin, parts);
  const height = Math.max(root.scrollHeight, 1);
  return { width: Math.max(box.width, whole.scrollWidth), height, parts };
}

function readOff(element, origin, parts) {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden" || element.classList.contains("sr")) return;
  const box = element.getBoundingClientRect();
  const at = { x: box.left - origin.x, y: box.top - origin.y, width: box.width, height: box.height };
  if (element.namespaceURI === SVG) {
    const twin = element.cloneNode(true);
    for (const [key, value] of Object.entries(at)) twin.setAttribute(key, value);
    parts.push(twin);
    return;
  }
  readFrame(style, at, parts);
  const isClosed = element.tagName === "DETAILS" && !element.open;
  for (const child of element.childNodes) {
    if (isClosed && child.tagName !== "SUMMARY") continue;
    if (child.nodeType === Node.TEXT_NODE) readText(child, style, origin, parts);
    else if (child.nodeType === Node.ELEMENT_NODE) readOff(child, origin, parts);
  }
}

const isClear = (colour) => colour === "transparent" || /^rgba\(.*, 0\)$/.test(colour);

function readFrame(style, { x, y, width, height }, parts) {
  const sides = ["Top", "Right", "Bottom", "Left"].map((side) => ({
    width: Number.parseFloat(style[`border${side}Width`]),
    colour: style[`border${side}Color`],
    line: style[`border${side}Style`],
  }));
  const visible = sides.map((s) => s.width > 0 && s.line !== "none" && !isClear(s.colour));
  const all = visible.every(Boolean);
  const radius = Math.min(Number.parseFloat(style.borderTopLeftRadius) || 0, height / 2);
  if (!isClear(style.backgroundColor) || all) {
    const inset = all ? sides[0].width / 2 : 0;
    const paint = all ? { stroke: sides[0].colour, "stroke-width": sides[0].width, ...dashOf(sides[0]) } : {};
    parts.push(
      draw("rect", {
        x: x + inset,
        y: y + inset,
        width: Math.max(0, width - 2 * inset),
        height: Math.max(0, height - 2 * inset),
        rx: radius,
        fill: isClear(style.backgroundColor) ? "none" : style.backgroundColor,
        ...paint,
      }),
    );
  }
  if (all) return;
  const [top, right, bottom, left] = sides.map((side) => side.width / 2);
  const ends = [
    [x, y + top, x + width, y + top],
    [x + width - right, y, x + width - right, y + height],
    [x, y + height - bottom, x + width, y + height - bottom],
    [x + left, y, x + left, y + height],
  ];
  sides.forEach((side, i) => {
    if (!visible[i]) return;
    const [x1, y1, x2, y2] = ends[i];
    parts.push(
      draw("line", { x1, y1, x2, y2, stroke: side.colour, "stroke-width": side.width, ...dashOf(side) }),
    );
  });
}

function dashOf({ line, width }) {
  if (line === "dashed") return { "stroke-dasharray": `${3 * width} ${2 * width}` };
  return line === "dotted" ? { "stroke-dasharray": `${width} ${1.5 * width}` } : {};
}

// Write each line of a text where the page has it; a header that reads upwards is turned.
function readText(node, style, origin, parts) {
  if (!node.data.trim()) return;
  const upright = style.writingMode === "horizontal-tb";
  for (const { words, box } of linesOf(node, upright)) {
    const size = Number.parseFloat(style.fontSize);
    const attributes = {
      "font-size": size,
      "font-weight": style.fontWeight,
      fill: style.color,
      "font-style": style.fontStyle,
    };
    const [x, y] = [box.left - origin.x, box.top - origin.y];
    const place = upright
      ? { x, y: y + box.height / 2 + size * 0.35, textLength: box.width, lengthAdjust: "spacingAndGlyphs" }
      : {
          transform: `translate(${x + box.width / 2 + size * 0.35} ${y + box.height}) rotate(-90)`,
          textLength: box.height,
          lengthAdjust: "spacingAndGlyphs",
        };
    parts.push(draw("text", { ...attributes, ...place }, words));
  }
}

// Group words by the line that they stand on; a word that is broken over two is read by its letters.
function linesOf(node, upright) {
  const lines = [];
  for (const match of node.data.matchAll(/\S+/g)) {
    const whole = boxesOf(node, match.index, match[0].length);
    const isBroken = whole.length > 1;
    const pieces = isBroken
      ? [...match[0]].map((letter, i) => [letter, boxesOf(node, match.index + i, 1)[0]])
      : [[match[0], whole[0]]];
    pieces.forEach(([words, box], i) => {
      if (!box) return;
      const last = lines.at(-1);
      const isSame = last && Math.abs(upright ? last.box.top - box.top : last.box.left - box.left) < 3;
      if (isSame)
        Object.assign(last, {
          words: last.words + (isBroken && i ? "" : " ") + words,
          box: union(last.box, box),
        });
      else lines.push({ words, box: union(box, box) });
    });
  }
  return lines;
}

function boxesOf(node, start, length) {
  const range = document.createRange();
  range.setStart(node, start);
  range.setEnd(node, start + length);
  return [...range.getClientRects()];
}

function union(a, b) {
  const [left, top] = [Math.min(a.left, b.left), Math.min(a.top, b.top)];
  const [right, bottom] = [
    Math.max(a.left + a.width, b.left + b.width),
    Math.max(a.top + a.height, b.top + b.height),
  ];
  return { left, top, width: right - left, height: bottom - top };
}

function svgSource() {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(sheet())}\n`;
}

const fileName = (ending) => `${[here.view, here.option].filter(Boolean).join("-")}.${ending}`;

function saveSvg() {
  download(fileName("svg"), new Blob([svgSource()], { type: "image/svg+xml" }));
}

function savePng() {
  const image = new Image();
  image.addEventListener("load", () => {
    const zoom = Math.min(2, 16000 / Math.max(image.width, image.height));
    const canvas = make("canvas", { width: image.width * zoom, height: image.height * zoom });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => download(fileName("png"), blob));
  });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgSource())}`;
}

// The positions that are seen, as rows for a spreadsheet.
function positionTable(rows) {
  const head = [
    t.option,
    t.col_actor,
    t.kind,
    t.col_stance,
    t.sure_title,
    t.word,
    t.col_word,
    t.col_when,
    t.col_record,
    t.col_flags,
  ];
  return [
    head,
    ...rows.map((row) => [
      optionName(row.option),
      actorName(row.holder),
      t.kinds[data.actors[row.holder].kind],
      t.stances[row.stance],
      t.sure_labels[row.sure],
      row.is_hearsay ? t.hearsay_short : t.own_short,
      row.word,
      whenOf(row),
      row.readings.map((r) => r[0]).join(" "),
      (row.flags || []).map((f) => f[1]).join("; "),
    ]),
  ];
}

function saveTable() {
  download(fileName("csv"), new Blob(["\ufeff", toCsv(views[viewShown()].table())], { type: "text/csv" }));
}

// What prints is the sheet alone, on one page; one that would be too small to be read is cut between
// rows into several.
window.addEventListener("beforeprint", () => {
  const whole = sheet();
  const { width, height } = whole.viewBox.baseVal;
  const isWide = width > height;
  document.documentElement.classList.toggle("landscape", isWide);
  byId("sheet").replaceChildren(...(height > LONGEST * width ? pagesOf(whole, width, height) : [whole]));
});
window.addEventListener("afterprint", () => byId("sheet").replaceChildren());

const LONGEST = 2.4;
const PAGE = 1.42;

// Cut a long sheet into pages, each a window on the same drawing.
function pagesOf(whole, width, height) {
  const body = draw("g", { id: "sheet-body" }, ...whole.childNodes);
  const store = draw("svg", { width: 0, height: 0, class: "store" }, draw("defs", {}, body));
  const ends = cutsOf(body, height, width * PAGE);
  const pages = ends.map((end, i) => {
    const from = i ? ends[i - 1] : 0;
    const attributes = {
      viewBox: `0 ${from} ${width} ${end - from}`,
      width,
      height: end - from,
      "font-family": SHEET_FONT,
    };
    return draw("svg", attributes, draw("use", { href: "#sheet-body" }));
  });
  return [store, ...pages];
}

// Where pages end: at the last line across the sheet before a page is full.
function cutsOf(body, height, most) {
  const lines = [...body.querySelectorAll("line")];
  const inner = body.querySelector("svg");
  const top = Number(inner?.getAttribute("y") || 0);
  const tops = lines
    .filter((e) => e.getAttribute("y1") === e.getAttribute("y2"))
    .map((e) => top + Number(e.getAttribute("y1")));
  const ends = [];
  for (let from = 0; height - from > most; from = ends.at(-1)) {
    const within = tops.filter((y) => y > from + most / 2 && y <= from + most);
    ends.push(within.length ? Math.max(...within) : from + most);
  }
  return [...ends, height];
}
