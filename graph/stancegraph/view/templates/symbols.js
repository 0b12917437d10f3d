// The shapes of actors and the lines of stances as small drawings.

const SVG = "http://www.w3.org/2000/svg";
const EVIDENCE_SHAPES = {
  statement: "M11 3a8 8 0 1 1 0 16a8 8 0 1 1 0-16Z",
  action: "M11 1.5L20.5 11L11 20.5L1.5 11Z",
  vote: "M11 2.5L20.5 19H1.5Z",
};

function draw(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function drawing(width, height, ...children) {
  return draw(
    "svg",
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      class: "key",
      "aria-hidden": "true",
      focusable: "false",
    },
    ...children,
  );
}

// A shape for each kind of actor, filled for own words, hollow and dashed for hearsay.
function actorShape(kind, own, colour) {
  const paint = { fill: own ? colour : "#fff", stroke: colour, "stroke-width": 2 };
  if (!own) paint["stroke-dasharray"] = "3 2.4";
  const inner = own ? "#fff" : colour;
  const parts = [];
  if (kind === "country") parts.push(draw("circle", { cx: 11, cy: 11, r: 8, ...paint }));
  else if (kind === "alliance" || kind === "institution")
    parts.push(draw("polygon", { points: "2,11 6.5,3.2 15.5,3.2 20,11 15.5,18.8 6.5,18.8", ...paint }));
  else if (kind === "group") parts.push(draw("ellipse", { cx: 11, cy: 11, rx: 9.5, ry: 6, ...paint }));
  else parts.push(draw("rect", { x: 3.5, y: 3.5, width: 15, height: 15, ...paint }));
  if (kind === "institution") parts.push(draw("circle", { cx: 11, cy: 11, r: 2.6, fill: inner }));
  if (kind === "unnamed")
    parts.push(
      draw(
        "text",
        { x: 11, y: 15.6, "text-anchor": "middle", "font-size": 13, "font-weight": 700, fill: inner },
        "?",
      ),
    );
  return drawing(22, 22, ...parts);
}

// A shape for each kind of evidence, with the sign of the stance that it conveys.
function evidenceShape(kind, own, { colour, symbol }) {
  const paint = { fill: own ? colour : "#fff", stroke: colour, "stroke-width": 2.4 };
  if (!own) paint["stroke-dasharray"] = "3.4 2.4";
  const sign = draw(
    "text",
    {
      x: 11,
      y: kind === "vote" ? 17 : 15,
      "text-anchor": "middle",
      "font-size": symbol.length > 1 ? 10 : 12,
      "font-weight": 700,
      fill: own ? "#fff" : colour,
    },
    symbol,
  );
  return drawing(
    22,
    22,
    draw("path", { d: EVIDENCE_SHAPES[kind] || EVIDENCE_SHAPES.statement, ...paint }),
    sign,
  );
}

function stanceLine(stance) {
  return lineOf(data.looks[stance], 2.6);
}

function lineOf({ colour, dashes, head }, width) {
  const stroke = {
    fill: "none",
    stroke: colour,
    "stroke-width": width,
    "stroke-dasharray": dashes.join(" "),
  };
  const parts = [draw("path", { d: "M2 8H46", ...stroke })];
  if (head === "arrow") parts.push(draw("path", { d: "M44 2.5L56 8L44 13.5Z", fill: colour }));
  if (head === "bar") parts.push(draw("path", { d: "M50 1.5V14.5", stroke: colour, "stroke-width": 4 }));
  if (head === "circle") parts.push(draw("circle", { cx: 50, cy: 8, r: 4.6, fill: colour }));
  return drawing(58, 16, ...parts);
}

function markShape(sign) {
  const ink = "#16191d";
  const words = {
    x: 11,
    y: 15,
    "text-anchor": "middle",
    "font-size": sign.length > 1 ? 10 : 13,
    "font-weight": 700,
    fill: ink,
  };
  return drawing(
    22,
    22,
    draw("circle", { cx: 11, cy: 11, r: 8.5, fill: "#fff", stroke: ink, "stroke-width": 1.5 }),
    draw("text", words, sign),
  );
}

// What stands beside the filters: each place says what is to be drawn there.
const KEY_DRAWINGS = {
  line: (stance) => stanceLine(stance),
  shape: (kind, word) => actorShape(kind, word !== "told", "#3a4149"),
  mark: markShape,
  dissent: () => lineOf({ ...data.looks.supports, dashes: [3, 6] }, 2),
  says: () => lineOf({ colour: "#a9b0b9", dashes: [], head: "none" }, 1.6),
};

for (const place of document.querySelectorAll("[data-draw]")) {
  const [what, ...words] = place.dataset.draw.split(":");
  const drawn = KEY_DRAWINGS[what](...words);
  drawn.classList.toggle("line", !["shape", "mark"].includes(what));
  place.replaceWith(drawn);
}

// What must not be overlooked, as signs: that records disagree, that it holds on a condition or so far only.
function marksOf(row) {
  return flagsMarked(row).map((flag) => data.marks[flag]);
}

const markNames = {
  contested: t.mark_contested,
  conditional: t.mark_conditional,
  limited: t.mark_limited,
};

function flagsMarked(row) {
  const flags = (row.flags || []).map(([flag]) => flag);
  return Object.keys(data.marks).filter((flag) => flags.includes(flag));
}
