// Network: one option, one actor, agreement, or everything; the same choice, filters and days as elsewhere.

const NARROW = 600;
const MODES = { option: campsScene, actor: egoScene, agreement: tiesScene, whole: wholeScene };

const network = { stage: null, picture: null, items: [] };

views.network = {
  // Agreement counts over the whole graph, as of the last day.
  get isOfTheLastDay() {
    return here.mode === "agreement";
  },
  // Agreement counts over the whole graph, as of the last day.
  enter(root) {
    network.stage ||= makeStage();
    root.append(...network.stage);
    network.picture ||= startPicture();
  },
  update() {
    followChoice();
    showTools();
    showScene();
  },
  told() {
    followChoice();
    return { actor: egoTold, agreement: tiesTold, whole: wholeTold }[here.mode]?.();
  },
  home: () => byId("actors"),
  boxOfChoice: () => network.picture.boxOfChoice(),
  honest: () => [fill(t.honest_network[here.mode], { n: data.least }), tooMuch()].filter(Boolean).join(" "),
  table: () => (here.mode === "agreement" ? tieTable() : positionTable(rowsDrawn())),
  remember(address) {
    if (here.mode !== "option") address.set("mode", here.mode);
    if (here.mode === "actor" && here.actor) address.set("actor", here.actor);
    if (byId("speakers").checked) address.set("speakers", "1");
  },
  restore(state) {
    here.mode = Object.hasOwn(MODES, state.mode || "") ? state.mode : "option";
    here.actor = holders().includes(state.actor) ? state.actor : data.network.actor;
    byId("speakers").checked = state.speakers === "1";
  },
  get hasOwnKey() {
    return here.mode === "agreement";
  },
  toSvg: () => (here.mode === "agreement" ? withTieKey(network.picture.toSvg()) : network.picture.toSvg()),
};

// A tie is not a stance, so the key under the picture is another one.
function withTieKey({ width, height, parts }) {
  const entry = (sign, x, words) => [
    draw(
      "svg",
      { x, y: height + 8, width: 44, height: 16, viewBox: "0 0 44 16" },
      ...tieLine(sign).childNodes,
    ),
    svgText(x + 50, height + 20, words, 12, 400, INK),
  ];
  const key = [
    ...entry("same", 8, t.side_same),
    ...entry("opposite", 160, t.side_opposite),
    svgText(330, height + 20, fill(t.tie_thin, { n: data.least }), 12, 400, SOFT),
  ];
  return { width, height: height + 30, parts: [...parts, ...key] };
}

function holders() {
  return [...new Set(data.rows.map((row) => row.holder))].sort((a, b) =>
    actorName(a).localeCompare(actorName(b), t.language),
  );
}

function makeStage() {
  const select = (id, label, options) =>
    make(
      "label",
      {},
      `${label} `,
      make("select", { id }, ...options.map(([value, name]) => make("option", { value }, name))),
    );
  const button = (id, label, sign) =>
    make("button", { type: "button", id, "aria-label": label, title: label }, sign);
  const tools = make(
    "div",
    { class: "tools" },
    select("mode", t.network_mode, Object.entries(t.network_modes)),
    select(
      "ego",
      t.network_actor,
      holders().map((id) => [id, actorName(id)]),
    ),
    make(
      "p",
      { class: "tie-key", id: "tie-key" },
      tieLine("same"),
      t.side_same,
      tieLine("opposite"),
      t.side_opposite,
      make("span", {}, fill(t.tie_thin, { n: data.least })),
    ),
    make(
      "div",
      { class: "zoom" },
      button("zoom-in", t.zoom_in, "+"),
      button("zoom-out", t.zoom_out, "−"),
      make("button", { type: "button", id: "zoom-fit" }, t.zoom_fit),
    ),
  );
  const picture = make(
    "div",
    { class: "stage" },
    make("div", { id: "network", "aria-hidden": "true" }),
    make("ul", {
      id: "actors",
      role: "listbox",
      tabindex: "0",
      "aria-label": t.network_picture,
      "aria-describedby": "verdict",
    }),
  );
  return [tools, picture];
}

function tieLine(sign) {
  const look = data.looks[sign === "same" ? "supports" : "leans-oppose"];
  const bar = (x) => draw("path", { d: `M${x} 2V14`, stroke: look.colour, "stroke-width": 3.4 });
  const line = draw("path", {
    d: "M3 8H41",
    stroke: look.colour,
    "stroke-width": 2.8,
    "stroke-dasharray": sign === "same" ? "" : "7 5",
  });
  return drawing(44, 16, line, ...(sign === "same" ? [] : [bar(3), bar(41)]));
}

function startPicture() {
  const picture = makePicture(byId("network"));
  picture.resized = () => viewShown() === "network" && showScene();
  picture.network.on("click", ({ pointer }) => choose(picture.pick(pointer.DOM)));
  byId("mode").addEventListener("change", (event) => setMode(event.target.value));
  byId("ego").addEventListener("change", (event) => choose(`${event.target.value}@`));
  byId("zoom-in").addEventListener("click", () => picture.zoom(1.3));
  byId("zoom-out").addEventListener("click", () => picture.zoom(1 / 1.3));
  byId("zoom-fit").addEventListener("click", () => picture.fit());
  byId("actors").addEventListener("keydown", moveInList);
  window.stancegraph = Object.assign(window.stancegraph || {}, { picture, drawn, here, choose, svgSource });
  return picture;
}

function setMode(mode) {
  here.mode = mode;
  here.at = here.record = null;
  refresh();
}

// The actor in the middle is the one that was chosen last, by whichever of its positions.
function followChoice() {
  const row = here.at && rowOf(here.at);
  if (row && here.mode === "actor") here.actor = row.holder;
  if (!holders().includes(here.actor)) here.actor = data.network.actor;
}

function showTools() {
  byId("mode").value = here.mode;
  byId("ego").value = here.actor || "";
  byId("ego").parentElement.hidden = here.mode !== "actor";
  byId("tie-key").hidden = here.mode !== "agreement";
  byId("speakers").closest("label").hidden = here.mode !== "option";
}

// Make the scene anew where what is shown has changed; a mere choice is only marked.
function showScene() {
  const isNarrow = byId("network").clientWidth < NARROW;
  const shown = JSON.stringify([
    here.mode,
    here.option,
    here.actor,
    here.step,
    isNarrow,
    byId("speakers").checked,
    [...filters.off].sort(),
    filters.bloc,
  ]);
  if (shown !== network.shown) {
    const scene = MODES[here.mode](isNarrow);
    network.picture.show(scene);
    fillList(scene.items);
  } else if (network.width !== byId("network").clientWidth) network.picture.fit();
  network.picture.mark();
  network.shown = shown;
  network.width = byId("network").clientWidth;
  markList();
}

// The list mirrors the picture for keyboards and screen readers.
function fillList(items) {
  network.items = items;
  byId("actors").replaceChildren(
    ...items.map(({ words }, i) =>
      make("li", { role: "option", id: `item-${i}`, "aria-selected": "false" }, words),
    ),
  );
}

function markList() {
  const list = byId("actors");
  const at = network.items.findIndex((item) => item.at === chosenId());
  [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
  if (at < 0) list.removeAttribute("aria-activedescendant");
  else list.setAttribute("aria-activedescendant", `item-${at}`);
}

function moveInList(event) {
  const by = MOVES_IN_LIST[event.key];
  if (event.key === "Enter" || event.key === " ") toEvidence();
  else if (by && network.items.length) {
    const at = network.items.findIndex((item) => item.at === chosenId());
    const n = network.items.length;
    pick(network.items[at < 0 ? (by > 0 ? 0 : n - 1) : (at + by + n) % n].at);
    refresh();
    uncover();
  } else return;
  event.preventDefault();
}

const MOVES_IN_LIST = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

// The camps are told by the option's own verdict; the other modes have a sentence of their own.
function egoTold() {
  if (!here.actor) return [t.heading, t.nothing_here];
  const rows = shownRows().filter((row) => row.holder === here.actor);
  const parts = stanceNames
    .map((stance) => [stance, rows.filter((row) => row.stance === stance)])
    .filter(([, held]) => held.length);
  const named = (held) =>
    held.length > 6
      ? counted("n_options", held.length)
      : held.map((row) => fill(t.quoted, { text: optionName(row.option) })).join(", ");
  const hearsay = rows.filter((row) => row.is_hearsay).length;
  const sentence = parts
    .map(([stance, held]) => fill(t.ego_part, { stance: t.stances[stance], options: named(held) }))
    .join(" ");
  const only =
    rows.length > LANES_AT_MOST
      ? fill(t.ego_only, { n: grouped(LANES_AT_MOST), total: grouped(rows.length) })
      : "";
  const told = hearsay ? fill(t.ego_hearsay, { n: grouped(hearsay), total: grouped(rows.length) }) : "";
  return [
    actorName(here.actor),
    rows.length ? [sentence, told, only].filter(Boolean).join(" ") : t.nothing_here,
  ];
}

function tiesTold() {
  const known = data.network.agreement;
  if (!known.of) return [t.heading_of.agreement, t.network_thin];
  const few =
    known.ties < known.of
      ? ` ${fill(t.ties_some, { ties: grouped(known.ties), of: grouped(known.of) })}`
      : "";
  const { shared } = data.pairs;
  const counts = {
    total: counted("n_pairs", shared.length),
    some: counted("n_pairs", shared.filter(Boolean).length),
    least: data.least,
  };
  const isThin = shared.every((n) => n < data.least);
  return [t.heading_of.agreement, (isThin ? fill(t.ties_thin, counts) : data.summaries.agreement) + few];
}

function wholeTold() {
  const rows = rowsDrawn();
  const actors = new Set(rows.map((row) => row.holder)).size;
  const options = new Set(rows.map((row) => row.option)).size;
  return [
    t.network_modes.whole,
    fill(t.whole_told, {
      actors: counted("n_actors", actors),
      options: counted("n_options", options),
      positions: grouped(rows.length),
    }),
  ];
}

// Say what is not drawn, where it is more than could be read.
function tooMuch() {
  const { nodes, edges } = data.network.whole;
  if (nodes <= data.network.readable || here.mode === "whole" || here.mode === "agreement") return "";
  return fill(t.network_too_much, {
    nodes: grouped(nodes),
    edges: grouped(edges),
    shown: grouped(rowsDrawn().length),
  });
}

function rowsDrawn() {
  if (here.mode === "option") return shownRows().filter((row) => optionsInQuestion().includes(row.option));
  return here.mode === "actor" ? shownRows().filter((row) => row.holder === here.actor) : shownRows();
}

function tieTable() {
  const head = [t.col_actor, t.col_actor, t.side_same, t.side_opposite, t.shared_options];
  const kept = new Set(shownRows().map((row) => row.holder));
  const pairs = data.pairs.actors
    .filter((id) => kept.has(id))
    .flatMap((first, i, all) => all.slice(i + 1).map((second) => [first, second]));
  return [
    head,
    ...pairs.map(([first, second]) => {
      const pair = pairOf(first, second);
      return [actorName(first), actorName(second), pair.same, pair.opposite, pair.shared];
    }),
  ];
}

byId("speakers").addEventListener("change", () => refresh());
