// Positions: a row an option, a column a stance. Filled are own words and deeds, hollow is hearsay.

const COLUMNS = stanceNames.filter((stance) => stance !== "not-disclosed");
const CHIPS_AT_MOST = 14;
const CHIP_LETTERS = 80;
const OPTION_LETTERS = 140;
const expanded = new Set();

views.positions = {
  honest: () => t.honest_positions,
  render(root) {
    const rows = shownRows();
    const asked = optionsInQuestion();
    const others = data.issues.map(([issue, options]) => [
      issue,
      options.filter((id) => !asked.includes(id)),
    ]);
    const bodies = [[t.asked, asked], ...others]
      .filter(([, options]) => options.length)
      .map(([issue, options]) => issueBody(issue, options, rows));
    const head = COLUMNS.map((stance) =>
      make("th", { scope: "col", class: stance }, t.stances[stance], " ", stanceLine(stance)),
    );
    root.append(
      make(
        "table",
        { class: "positions", "aria-describedby": "verdict" },
        make("caption", { class: "sr" }, t.heading_of.positions),
        make("thead", {}, make("tr", {}, make("th", { scope: "col" }, t.option), ...head)),
        ...bodies,
      ),
    );
  },
  table: () => positionTable(shownRows()),
};

function issueBody(issue, options, rows) {
  return make(
    "tbody",
    {},
    make(
      "tr",
      { class: "issue" },
      make(
        "th",
        { colspan: COLUMNS.length + 1, scope: "rowgroup", lang: issue === t.asked ? null : dataLang },
        issue,
      ),
    ),
    ...options.map((id) =>
      optionRow(
        id,
        rows.filter((row) => row.option === id),
      ),
    ),
  );
}

function optionRow(id, rows) {
  const option = data.options[id];
  const quiet = rows.filter((row) => row.stance === "not-disclosed");
  const name = make(
    "th",
    { scope: "row", class: `depth${Math.min(option.depth, 2)}` },
    optionLink(id, option.name),
    silence(id),
    ...(quiet.length
      ? [make("div", { class: "quiet" }, make("small", {}, t.stances["not-disclosed"]), ...chips(quiet, id))]
      : []),
  );
  const cells =
    rows.length || option.depth
      ? COLUMNS.map((stance) =>
          stanceCell(
            id,
            stance,
            rows.filter((row) => row.stance === stance),
          ),
        )
      : [make("td", { class: "nobody", colspan: COLUMNS.length }, t.nothing_here)];
  return make("tr", { "data-option": id, class: id === here.option ? "asked" : "" }, name, ...cells);
}

function optionLink(id, name) {
  return make(
    "button",
    { type: "button", class: "name", "data-to": `@${id}`, onclick: () => choose(`@${id}`) },
    shortName(name, OPTION_LETTERS, dataLang),
  );
}

// Lists of the silent that a reader has opened stay open when the page is drawn again.
const openLists = new Set();

function silence(id) {
  const silent = silentOn(id).map(([, name]) => name);
  if (!silent.length) return "";
  const list = make(
    "details",
    { class: "silent" },
    make("summary", {}, `${t.silent} ${silent.length}`),
    silent.join(", "),
  );
  list.open = openLists.has(id);
  list.addEventListener("toggle", () => (list.open ? openLists.add(id) : openLists.delete(id)));
  return list;
}

function stanceCell(option, stance, rows) {
  return make(
    "td",
    { class: `${stance}${rows.length ? "" : " none"}`, "data-label": t.stances[stance] },
    ...chips(rows, option),
  );
}

function chips(rows, option) {
  const all = rows.length <= CHIPS_AT_MOST + 2 || expanded.has(option);
  const drawn = all ? rows : rows.slice(0, CHIPS_AT_MOST);
  const more = make(
    "button",
    { type: "button", class: "more", onclick: () => showAll(option, rows) },
    fill(t.more, { n: rows.length - drawn.length }),
  );
  return [...drawn.map(actorChip), ...(all ? [] : [more])];
}

// Show all of an option; the first of those who come goes on where the button was.
function showAll(option, rows) {
  expanded.add(option);
  refresh();
  elementFor(rows[CHIPS_AT_MOST].id, byId("view")).focus();
  announce(fill(t.more_shown, { n: rows.length - CHIPS_AT_MOST }));
}

function actorChip(row) {
  const told = row.is_hearsay ? make("small", {}, row.told || t.hearsay_short) : null;
  const sure = t.sure_marks[row.sure] ? make("small", {}, t.sure_marks[row.sure]) : null;
  return make(
    "button",
    {
      type: "button",
      class: `actor ${row.stance} ${row.is_hearsay ? "told" : "own"}`,
      "data-at": row.id,
      "aria-pressed": String(here.at === row.id),
      onclick: () => choose(row.id),
    },
    actorShape(data.actors[row.holder].kind, !row.is_hearsay, data.looks[row.stance].colour),
    make(
      "span",
      {},
      shortName(actorName(row.holder), CHIP_LETTERS),
      ...flagsMarked(row).map(mark),
      told,
      sure,
    ),
  );
}

function mark(flag) {
  return make(
    "span",
    { class: "mark", title: markNames[flag] },
    make("span", { "aria-hidden": "true" }, data.marks[flag]),
    make("span", { class: "sr" }, markNames[flag]),
  );
}
