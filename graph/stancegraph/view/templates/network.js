// The page as a whole: which option, who is chosen, what the address says.

document.documentElement.classList.add("on");

const here = { option: data.chosen, chosen: null };
const filters = makeFilters(refresh);

function shownOptions() {
  return [here.option, ...data.options[here.option].narrower];
}

function shownPositions() {
  return shownOptions().flatMap(positionsOn);
}

// Choose a node or a line by its id: a position, an option ("@id"), a speaker or nothing.
function choose(id) {
  const [record, line] = id?.includes("|") ? id.split("|") : [null, id];
  const position = found(data.positions, line);
  const option = line?.startsWith("@") ? line.slice(1) : null;
  if (position && !shownOptions().includes(position.option)) open(position.option);
  if (found(data.options, option) && option !== here.option) open(option);
  here.chosen = position || isSpeaker(line) ? line : null;
  picture.choose(here.chosen, here.chosen && record ? id : null);
  showPanel(here.chosen && record);
  markChosen();
  remember();
}

function isSpeaker(id) {
  return id ? picture.node(id)?.role === "speaker" : false;
}

function showPanel(record) {
  const back = () => choose(null);
  if (!here.chosen) showOption(here.option, choose);
  else if (found(data.positions, here.chosen)) showPosition(here.chosen, record, back);
  else showSpeaker(picture.node(here.chosen).speaker, shownPositions(), back, choose);
}

function open(option) {
  here.option = option;
  here.chosen = null;
  const { name, verdict, voices } = data.options[option];
  byId("option").value = option;
  byId("verdict-option").textContent = name;
  byId("verdict").textContent = verdict;
  byId("voices").textContent = voices;
  picture.show(data.scenes[option]);
  showTables();
  fillActors();
  refresh();
}

function showTables() {
  const shown = new Set(shownOptions().filter((o, i) => i === 0 || positionsOn(o).length));
  for (const section of document.querySelectorAll("section.option")) {
    section.hidden = !shown.has(section.dataset.option);
    for (const silent of section.querySelectorAll("details")) silent.open = section.dataset.option === here.option;
  }
  const ids = new Set(shownPositions().map(([id]) => id));
  for (const card of document.querySelectorAll(".cards > .card")) {
    card.hidden = ![...card.querySelectorAll("[data-position]")].some((li) => ids.has(li.dataset.position));
  }
}

// The list of actors mirrors the picture for keyboards and screen readers.
function fillActors() {
  const words = ([id, p]) => {
    const parts = [t.kinds[p.kind], t.stances[p.stance], ...p.flags.map(([, label]) => label)];
    const on = p.option === here.option ? "" : fill(t.find_on, { option: data.options[p.option].name });
    return make("li", { role: "option", id: `actor-${id}`, "data-id": id, "aria-selected": "false" }, `${p.name}: ${parts.join(", ")} ${on}`);
  };
  byId("actors").replaceChildren(...shownPositions().map(words));
}

function refresh() {
  const positions = shownPositions();
  const hidden = new Set(positions.filter(([, p]) => !filters.passes(p)).map(([id]) => id));
  filters.count(positions.map(([, p]) => p));
  picture.filter(hidden, byId("speakers").checked);
  for (const row of document.querySelectorAll("tr[data-position]")) {
    row.classList.toggle("hidden", hidden.has(row.dataset.position));
  }
  for (const item of byId("actors").children) item.hidden = hidden.has(item.dataset.id);
  byId("hidden-count").textContent = hidden.size ? fill(t.hidden, { n: hidden.size, total: positions.length }) : "";
  if (hidden.has(here.chosen)) choose(null);
  else remember();
}

function markChosen() {
  const list = byId("actors");
  list.removeAttribute("aria-activedescendant");
  for (const item of list.children) {
    const isChosen = item.dataset.id === here.chosen;
    item.setAttribute("aria-selected", String(isChosen));
    if (isChosen) list.setAttribute("aria-activedescendant", item.id);
  }
  for (const row of document.querySelectorAll("tr[data-position]")) {
    row.classList.toggle("chosen", row.dataset.position === here.chosen);
  }
}

function step(by) {
  const items = [...byId("actors").children].filter((item) => !item.hidden);
  if (!items.length) return;
  const at = items.findIndex((item) => item.dataset.id === here.chosen);
  const next = at < 0 ? (by > 0 ? 0 : items.length - 1) : (at + by + items.length) % items.length;
  choose(items[next].dataset.id);
}

const KEYS = {
  ArrowDown: () => step(1),
  ArrowRight: () => step(1),
  ArrowUp: () => step(-1),
  ArrowLeft: () => step(-1),
  Enter: () => byId("panel").focus(),
};

// The address keeps the option, the choice and the filters, so that a link restores them.
function remember() {
  const address = new URLSearchParams({ option: here.option });
  if (here.chosen) address.set("at", here.chosen);
  if (filters.off.size) address.set("hide", [...filters.off].sort().join(","));
  if (byId("speakers").checked) address.set("speakers", "1");
  if (location.protocol !== "about:") history.replaceState(null, "", `#${address}`);
}

function restore() {
  const address = new URLSearchParams(location.hash.slice(1));
  const option = address.get("option");
  byId("speakers").checked = address.get("speakers") === "1";
  filters.set((address.get("hide") || "").split(","));
  const at = address.get("at");
  open(found(data.options, option) ? option : data.chosen);
  choose(at);
}

function entries() {
  const options = Object.entries(data.options).map(([id, o]) => ({ id: `@${id}`, name: o.name, note: t.find_option }));
  const actors = Object.entries(data.positions).map(([id, p]) => ({
    id,
    name: p.name,
    note: `${t.stances[p.stance]} ${fill(t.find_on, { option: data.options[p.option].name })}`,
    isHere: shownOptions().includes(p.option),
  }));
  return [...actors.filter((a) => a.isHere), ...options, ...actors.filter((a) => !a.isHere)];
}

async function copyLink() {
  const notice = byId("notice");
  try {
    await navigator.clipboard.writeText(location.href);
    notice.textContent = t.actions.copied;
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    const field = make("input", { type: "text", readonly: "", value: location.href, "aria-label": t.actions.copy_by_hand });
    notice.replaceChildren(t.actions.copy_by_hand, field);
    field.select();
  }
}

function saveTable() {
  const head = [t.option, t.col_actor, t.kind, t.col_stance, t.col_word, t.col_when, t.col_record, t.col_flags];
  const rows = shownPositions().map(([, p]) => [
    data.options[p.option].name, p.name, t.kinds[p.kind], t.stances[p.stance], p.word, p.when,
    p.readings.map((r) => r[0]).join(" "), p.flags.map((f) => f[1]).join("; "),
  ]);
  download(`${here.option}.csv`, new Blob(["\ufeff", toCsv([head, ...rows])], { type: "text/csv" }));
}

function savePicture() {
  const drawnOn = picture.container.querySelector("canvas");
  const sheet = make("canvas", { width: drawnOn.width, height: drawnOn.height });
  const ctx = sheet.getContext("2d");
  ctx.fillStyle = "#fff";
  ctx.fillRect(0, 0, sheet.width, sheet.height);
  ctx.drawImage(drawnOn, 0, 0);
  sheet.toBlob((blob) => download(`${here.option}.png`, blob));
}

function reset() {
  filters.set([]);
  byId("speakers").checked = false;
  byId("notice").textContent = "";
  open(data.chosen);
  choose(null);
}

function linkRows() {
  for (const row of document.querySelectorAll("tr[data-position]")) {
    const name = row.querySelector("th bdi");
    name.replaceWith(linkTo(name.textContent, row.dataset.position, choose));
  }
}

function listen() {
  byId("option").addEventListener("change", (event) => choose(`@${event.target.value}`));
  byId("speakers").addEventListener("change", refresh);
  byId("actors").addEventListener("keydown", (event) => {
    if (!KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && here.chosen && choose(null));
  picture.network.on("click", ({ pointer }) => {
    const { node, edge } = picture.pick(pointer.DOM);
    choose(node || edge || null);
  });
  byId("zoom-in").addEventListener("click", () => picture.zoom(1.3));
  byId("zoom-out").addEventListener("click", () => picture.zoom(1 / 1.3));
  byId("zoom-fit").addEventListener("click", () => picture.fit());
  byId("copy").addEventListener("click", copyLink);
  byId("csv").addEventListener("click", saveTable);
  byId("png").addEventListener("click", savePicture);
  byId("print").addEventListener("click", () => window.print());
  byId("reset").addEventListener("click", reset);
  window.addEventListener("hashchange", restore);
}

if (window.matchMedia("(max-width: 760px)").matches) document.querySelector(".keys").open = false;
byId("copy").hidden = location.protocol === "about:";
if (here.option) {
  linkRows();
  makeFinder(entries, choose);
  listen();
  restore();
}
window.stancegraph = { picture, drawn, here };
