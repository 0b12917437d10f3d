// The page of an answer: pointing tells what a mark is, a click leads to its record, films play.

const APART = " | ";
const isShown = (element) => element.getClientRects().length > 0;
const prefersStill = window.matchMedia("(prefers-reduced-motion: reduce)");
const figures = [...document.querySelectorAll(".figure")];

// What a mark says, whom it is of, and on which records it rests.
const saysOf = (mark) => mark.querySelector("title")?.textContent || "";
const recordsOf = (mark) => (mark.dataset.records || "").split(" ").filter(Boolean);

function namesOf(mark) {
  if (mark.dataset.names) return mark.dataset.names.split(APART);
  if (!mark.dataset.at) return [];
  const svg = mark.closest("svg");
  const [row, column] = mark.dataset.at.split(" ").map(Number);
  return [svg.dataset.rows.split(APART)[row], svg.dataset.columns.split(APART)[column]];
}

// Marks are one stop for the Tab key in each drawing; arrow keys go on from there.
for (const svg of document.querySelectorAll(".drawing svg")) {
  const marks = [...svg.querySelectorAll(".mark")];
  marks.forEach((mark, i) => {
    mark.setAttribute("tabindex", i ? -1 : 0);
    mark.setAttribute("role", recordsOf(mark).length ? "button" : "img");
    mark.setAttribute("aria-label", saysOf(mark));
  });
}

// Whoever has a name in a figure or in a table, and where.
const places = new Map();
function put(name, element) {
  if (!places.has(name)) places.set(name, new Set());
  places.get(name).add(element);
}
for (const element of document.querySelectorAll("svg [data-names]"))
  for (const name of namesOf(element)) put(name, element);
for (const cell of document.querySelectorAll(".cells :is(th, td)")) {
  const whole = cell.textContent.trim();
  const bare = whole.replace(/^the /, "");
  const name = places.has(bare) ? bare : whole;
  if (places.has(name) || cell.tagName === "TH") put(name, cell);
}
for (const head of document.querySelectorAll(".card h3")) put(head.textContent.trim(), head);
byId("names").append(...[...places.keys()].sort().map((name) => make("option", { value: name })));

let lit = [];
function unlight() {
  for (const element of lit) element.classList.remove("lit", "near");
  for (const svg of document.querySelectorAll("svg.dim")) svg.classList.remove("dim");
  lit = [];
}

// Mark one actor wherever it is, or two where they meet.
function light(names) {
  unlight();
  const among = (element) =>
    names.length < 2 || element.tagName === "TH" || namesOf(element).every((n) => names.includes(n));
  lit = names.flatMap((name) => [...(places.get(name) || [])]).filter(among);
  for (const element of lit) {
    element.classList.add("lit");
    element.closest("svg:not([data-rows])")?.classList.add("dim");
  }
  if (names.length === 1) lit.push(...lit.filter(isTie).flatMap(endsOf));
}

// Whoever is tied to the one in question stays legible.
const isTie = (element) => element.matches("g.mark") && namesOf(element).length === 2;
function endsOf(tie) {
  const svg = tie.closest("svg");
  const ends = namesOf(tie).flatMap((name) => [...(places.get(name) || [])]);
  const nodes = ends.filter((end) => svg?.contains(end) && namesOf(end).length === 1);
  for (const node of nodes) node.classList.add("near");
  return nodes;
}

function point(mark) {
  const figure = mark.closest(".figure");
  const line = figure.querySelector(".pointed");
  line.textContent = saysOf(mark);
  line.classList.add("on");
  light(namesOf(mark));
}

function rest() {
  unlight();
  for (const line of document.querySelectorAll(".pointed.on")) {
    line.textContent = line.dataset.idle;
    line.classList.remove("on");
  }
}

// Go to the records of a mark; Escape comes back.
let cameFrom = null;
function open(mark) {
  const cards = recordsOf(mark).map((id) => byId(`record-${id}`)).filter(Boolean);
  for (const card of document.querySelectorAll(".card.lit")) card.classList.remove("lit");
  if (!cards.length) return;
  for (const card of cards) card.classList.add("lit");
  cameFrom = mark;
  cards[0].scrollIntoView({ block: "nearest", behavior: prefersStill.matches ? "auto" : "smooth" });
  cards[0].focus({ preventScroll: true });
}

const KEYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
function step(mark, by) {
  const marks = [...mark.closest("svg").querySelectorAll(".mark")];
  const next = marks[(marks.indexOf(mark) + by + marks.length) % marks.length];
  mark.setAttribute("tabindex", -1);
  next.setAttribute("tabindex", 0);
  next.focus();
}

for (const figure of figures) {
  const told = figure.querySelector(".pointed");
  told.hidden = !figure.querySelector(".mark");
  told.dataset.idle = told.textContent;
  const markAt = (event) => event.target.closest?.(".mark");
  figure.addEventListener("pointerover", (event) => markAt(event) && point(markAt(event)));
  figure.addEventListener("focusin", (event) => markAt(event) && point(markAt(event)));
  figure.addEventListener("pointerleave", rest);
  figure.addEventListener("click", (event) => markAt(event) && open(markAt(event)));
  figure.addEventListener("keydown", (event) => {
    const mark = markAt(event);
    if (!mark) return;
    if (event.key in KEYS) step(mark, KEYS[event.key]);
    else if (event.key === "Enter" || event.key === " ") open(mark);
    else return;
    event.preventDefault();
  });
  figure.querySelector(".svg").addEventListener("click", () => saveSvg(figure));
  figure.querySelector(".png").addEventListener("click", () => savePng(figure));
  if (figure.classList.contains("film")) play(figure);
}

window.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  rest();
  byId("find").value = "";
  write("notice", "");
  for (const card of document.querySelectorAll(".card.lit")) card.classList.remove("lit");
  cameFrom?.focus();
  cameFrom = null;
});

byId("find").addEventListener("input", () => {
  const wanted = byId("find").value.trim().toLowerCase();
  const names = [...places.keys()].sort();
  const name =
    names.find((n) => n.toLowerCase() === wanted) ||
    (wanted && names.find((n) => n.toLowerCase().includes(wanted)));
  rest();
  if (!wanted) return write("notice", "");
  if (!name) return write("notice", t.answer_page.find_none);
  light([name]);
  return write("notice", fill(t.answer_page.found, { name, n: lit.filter(isShown).length }));
});

byId("find").addEventListener("keydown", (event) => {
  if (event.key === "Enter") lit.find(isShown)?.scrollIntoView({ block: "center" });
});

// A film: one frame at a time, what moves glides from where it was.
function play(figure) {
  const frames = [...figure.querySelectorAll(".frame")];
  const [button, slider] = [figure.querySelector(".play"), figure.querySelector(".step")];
  const told = figure.querySelector(".player output");
  let now = 0;
  let timer = null;
  const show = (n) => {
    const before = frames[now];
    const old = placesIn(before);
    now = Math.min(frames.length - 1, Math.max(0, n));
    frames.forEach((frame, i) => frame.classList.toggle("now", i === now));
    slider.value = now;
    const label = frames[now].dataset.label;
    told.textContent = fill(t.answer_page.step_of, { n: now + 1, total: frames.length, label });
    slider.setAttribute("aria-valuetext", told.textContent);
    if (before !== frames[now] && !prefersStill.matches) glide(frames[now], old);
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = `▶ ${t.answer_page.play}`;
  };
  const start = () => {
    if (now === frames.length - 1) show(0);
    button.textContent = `❚❚ ${t.answer_page.pause}`;
    timer = setInterval(() => {
      show(now + 1);
      if (now === frames.length - 1) stop();
    }, 1600);
  };
  button.addEventListener("click", () => (timer ? stop() : start()));
  figure.querySelector(".back").addEventListener("click", () => (stop(), show(now - 1)));
  figure.querySelector(".player .on").addEventListener("click", () => (stop(), show(now + 1)));
  slider.addEventListener("input", () => (stop(), show(Number(slider.value))));
  if (frames.length) show(0);
}

function keyed(frame) {
  return [...frame.querySelectorAll("[data-key]")].filter(isShown);
}

function middleOf(shape) {
  const box = shape.getBBox();
  return [box.x + box.width / 2, box.y + box.height / 2];
}

function placesIn(frame) {
  return new Map(keyed(frame).map((shape) => [shape.dataset.key, middleOf(shape)]));
}

function glide(frame, old) {
  for (const shape of keyed(frame)) {
    const from = old.get(shape.dataset.key);
    if (!from) continue;
    const [x, y] = middleOf(shape);
    const moved = `translate(${from[0] - x}px, ${from[1] - y}px)`;
    shape.animate([{ transform: moved }, { transform: "none" }], { duration: 700, easing: "ease-in-out" });
  }
}

// A figure as a file: its title, what it shows, the drawing and the note.
function sheet(figure) {
  const frame = figure.querySelector(".frame.now") || figure.querySelector(".frame");
  const svg = frame.querySelector(".wide svg").cloneNode(true);
  svg.classList.remove("dim");
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const texts = [];
  let y = 24;
  const say = (words, size, weight, colour) => {
    for (const line of linesOf(words, (width - 8) / (size * 0.52))) {
      y += size * 1.3;
      texts.push(drawn("text", { x: 24, y, "font-size": size, "font-weight": weight, fill: colour }, line));
    }
  };
  say(figure.querySelector("h2").textContent, 20, 700, "#16191d");
  say(figure.querySelector("figcaption .says").textContent, 14, 400, "#16191d");
  if (frame.dataset.label) say(frame.dataset.label, 14, 700, "#16191d");
  y += 16;
  svg.setAttribute("x", 24);
  svg.setAttribute("y", y);
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  y += height + 10;
  say(figure.querySelector(":scope > .note")?.textContent || "", 12, 400, "#4d5560");
  say(byId("again").textContent, 12, 400, "#4d5560");
  const size = { width: width + 48, height: y + 24 };
  return drawn(
    "svg",
    {
      xmlns: SVG,
      viewBox: `0 0 ${size.width} ${size.height}`,
      ...size,
      role: "img",
      "font-family": svg.getAttribute("font-family"),
    },
    drawn("rect", { ...size, fill: "#fff" }),
    ...texts,
    svg,
  );
}

const SVG = "http://www.w3.org/2000/svg";
function drawn(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes))
    if (key !== "xmlns") element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function linesOf(words, most) {
  const lines = [];
  for (const word of words.split(/\s+/).filter(Boolean)) {
    if (lines.length && lines.at(-1).length + word.length < most) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

function sourceOf(figure) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(sheet(figure))}\n`;
}

const fileName = (figure, ending) => `${data.name}-${figure.dataset.number}.${ending}`;

function saveSvg(figure) {
  download(fileName(figure, "svg"), new Blob([sourceOf(figure)], { type: "image/svg+xml" }));
}

function savePng(figure) {
  const image = new Image();
  image.addEventListener("load", () => {
    const zoom = Math.min(2, 16000 / Math.max(image.width, image.height));
    const canvas = make("canvas", { width: image.width * zoom, height: image.height * zoom });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => download(fileName(figure, "png"), blob));
  });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(sourceOf(figure))}`;
}

byId("csv").addEventListener("click", () =>
  download(`${data.name}.csv`, new Blob(["\ufeff", data.csv], { type: "text/csv" })),
);
byId("print").addEventListener("click", () => window.print());
byId("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(byId("again").textContent);
    write("notice", t.answer_page.copied);
  } catch {
    getSelection().selectAllChildren(byId("again"));
    write("notice", t.answer_page.copy_by_hand);
  }
});

document.documentElement.classList.add("on");
