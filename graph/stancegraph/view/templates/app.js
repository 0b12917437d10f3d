// The page as a whole: which view, which option, who is chosen, which day, and the address that says so.

document.documentElement.classList.add("on");

// Choose what an id stands for (see the panel): a position, option, actor, pair, speaker or event.
function choose(id, record = null) {
  const before = byId("verdict").textContent;
  pick(id, record);
  refresh();
  uncover();
  const isTold = here.at?.startsWith("@") && byId("verdict").textContent !== before;
  announce(isTold ? "" : sentenceFor(here.at));
}

function pick(id, record = null) {
  let at = id;
  let line = record;
  if (at?.includes("|")) [line, at] = at.split("|");
  if (at?.startsWith("@")) {
    if (!found(data.options, at.slice(1))) at = null;
    else if (at.slice(1) !== here.option) here.option = at.slice(1);
  } else if (at && !isKnown(at)) at = null;
  const row = at && rowOf(at);
  if (row && !optionsInQuestion().includes(row.option)) here.option = row.option;
  if (at?.endsWith("@") && found(data.actors, at.slice(0, -1))) here.actor = at.slice(0, -1);
  here.at = at;
  here.record = at && line;
}

function isKnown(at) {
  if (at.startsWith("^")) return found(data.actors, at.slice(1));
  if (at.startsWith("!")) return found(data.events, at.slice(1));
  if (at.includes("~"))
    return (
      at.split("~").every((id) => Object.hasOwn(pairNumber, id)) && at.split("~")[0] !== at.split("~")[1]
    );
  if (at.endsWith("@")) return found(data.actors, at.slice(0, -1)) || silentNames.has(at.slice(0, -1));
  return rowsOfStep.some((rows) => rows.some((row) => row.id === at));
}

// Draw everything again after a change; what had the focus has it again.
function refresh() {
  const focused = focusNow();
  const rows = rowsNow();
  const shown = shownRows();
  if (
    here.at &&
    rowsOfStep.at(-1).some((row) => row.id === here.at) &&
    !shown.some((row) => row.id === here.at)
  )
    here.at = null;
  filters.count(rows);
  showVerdict();
  views.story?.tell();
  showTime();
  showView();
  showPanel();
  showTables();
  write("hidden-count", hiddenTold(rows, shown));
  byId("honest").textContent = views[viewShown()].honest?.() || "";
  remember();
  if (focused) focusAgain(focused);
}

// A view that keeps its own picture updates it; the others are made anew.
function showView() {
  const root = byId("view");
  const kind = viewShown();
  const view = views[kind];
  if (root.dataset.view !== kind) {
    root.replaceChildren();
    root.dataset.view = kind;
    document.body.dataset.view = kind;
    view.enter?.(root);
  }
  if (view.update) view.update(root);
  else {
    const scrolled = root.querySelector(".scroll")?.scrollLeft || 0;
    root.replaceChildren();
    view.render(root);
    const scroll = root.querySelector(".scroll");
    if (scroll) scroll.scrollLeft = scrolled;
  }
  for (const tab of document.querySelectorAll("[role=tab]")) {
    const isHere = tab.dataset.view === here.view;
    tab.setAttribute("aria-selected", String(isHere));
    tab.tabIndex = isHere ? 0 : -1;
    if (isHere) root.setAttribute("aria-labelledby", tab.id);
  }
}

function showVerdict() {
  const [title, verdict, voices] = views[viewShown()].told?.() || toldHere();
  byId("option").value = here.option || "";
  byId("verdict-option").lang = here.option && title === optionName(here.option) ? dataLang || "" : "";
  write("verdict-option", title);
  write("verdict", verdict);
  write("voices", voices);
}

// What a view shows as a whole, else what is said of the option.
function toldHere() {
  const kind = viewShown();
  const summary = summaryOf(kind);
  if (summary) return [t.heading_of[kind], summary, ""];
  return here.option ? [optionName(here.option), ...saidOf(here.option)] : [t.heading, t.nothing_here, ""];
}

function hiddenTold(rows, shown) {
  if (rows.length === shown.length) return "";
  const n = grouped(rows.length - shown.length);
  return fill(t.hidden, { n, total: grouped(rows.length), filters: filters.told().join(`${t.semicolon} `) });
}

// The address keeps all that was chosen, so that a link restores it.
function remember() {
  const address = new URLSearchParams();
  if (here.view !== data.kinds[0]) address.set("view", here.view);
  if (here.option) address.set("option", here.option);
  if (here.at && here.at !== `@${here.option}`)
    address.set("at", here.record ? `${here.record}|${here.at}` : here.at);
  if (here.step < data.steps.length - 1) address.set("day", data.steps[here.step].day);
  if (filters.off.size) address.set("hide", [...filters.off].sort().join(","));
  if (filters.bloc) address.set("bloc", filters.bloc);
  for (const view of Object.values(views)) view.remember?.(address);
  if (location.protocol !== "about:") history.replaceState(null, "", `#${address}`);
}

function restore() {
  const address = new URLSearchParams(location.hash.slice(1));
  show(Object.fromEntries(address));
}

// Show a state given by plain words: that of an address or of a story's step.
function show(given) {
  stop();
  here.view = data.kinds.includes(given.view) ? given.view : here.view || data.kinds[0];
  const state = { ...views[here.view].own?.(given), ...given };
  here.option = found(data.options, state.option) ? state.option : data.chosen;
  const step = data.steps.findIndex((s) => s.day === state.day);
  here.step = step < 0 ? data.steps.length - 1 : step;
  filters.set((state.hide || "").split(","), state.bloc || "");
  for (const view of Object.values(views)) view.restore?.(state);
  pick(state.at || null);
  refresh();
  uncover();
}

function reset() {
  byId("notice").replaceChildren();
  show({ view: here.view, story: here.story });
}

async function copy(text, done, byHand) {
  const notice = byId("notice");
  try {
    await navigator.clipboard.writeText(text);
    notice.textContent = done;
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    const field = make("input", { type: "text", readonly: "", value: text, "aria-label": byHand });
    notice.replaceChildren(byHand, field);
    field.select();
  }
}

// What to paste into another page: this file in a frame, as it is shown now.
function embedding() {
  const file = decodeURIComponent(location.pathname.split("/").at(-1) || "view.html");
  const frame = {
    src: encodeURIComponent(file) + location.hash,
    title: document.title,
    width: "100%",
    height: 760,
    loading: "lazy",
    sandbox: "allow-scripts allow-downloads allow-modals allow-popups",
  };
  return make("iframe", frame).outerHTML;
}

function moveTabs(event) {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const tabs = [...document.querySelectorAll("[role=tab]")];
  if (!by || !tabs.length) return;
  event.preventDefault();
  const next = tabs[(tabs.indexOf(event.target) + by + tabs.length) % tabs.length];
  next.click();
  next.focus();
}

function listen() {
  filters.listen(() => refresh());
  byId("option").addEventListener("change", (event) => choose(`@${event.target.value}`));
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    byId("tables").focus();
  });
  for (const tab of document.querySelectorAll("[role=tab]")) {
    tab.addEventListener("click", () => {
      stop();
      here.view = tab.dataset.view;
      if (views[here.view].own) reset();
      else refresh();
    });
    tab.addEventListener("keydown", moveTabs);
  }
  byId("copy").addEventListener("click", () => copy(location.href, t.actions.copied, t.actions.copy_by_hand));
  byId("embed").addEventListener("click", () =>
    copy(embedding(), t.actions.embedded, t.actions.embed_by_hand),
  );
  byId("csv").addEventListener("click", saveTable);
  byId("svg").addEventListener("click", saveSvg);
  byId("png").addEventListener("click", savePng);
  byId("print").addEventListener("click", () => window.print());
  byId("reset").addEventListener("click", reset);
  window.addEventListener("hashchange", restore);
}

if (window.matchMedia("(max-width: 47.5em)").matches) document.querySelector(".keys").open = false;
for (const id of ["copy", "embed"]) byId(id).hidden = location.protocol === "about:";
makeFinder();
listen();
restore();
