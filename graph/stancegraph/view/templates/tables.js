// The same as tables: what is known of the option in question at the day shown, row by row.

const TABLE_COLUMNS = [
  "col_actor",
  "col_stance",
  "col_word",
  "col_when",
  "col_gist",
  "col_place",
  "col_flags",
];
const TABLE_ROWS_AT_MOST = 600;

byId("static-tables")?.remove();

function showTables() {
  byId("live-tables").replaceChildren(...optionsInQuestion().map(optionTable));
}

function optionTable(id) {
  const option = data.options[id];
  const rows = shownRows().filter((row) => row.option === id);
  const [verdict, voices] = saidOf(id);
  const silent = silentOn(id).map(([, name]) => name);
  return make(
    "section",
    { class: "option", "data-option": id },
    make("h3", {}, option.name),
    make("p", { class: "definition" }, option.definition, " ", option.note),
    make("p", { class: "own-verdict" }, verdict, " ", voices),
    rows.length ? positionsTable(option, rows) : null,
    make(
      "p",
      { class: "silent" },
      make("b", {}, silent.length ? t.silent : nobodySilent()),
      " ",
      silent.join(", "),
    ),
  );
}

function positionsTable(option, rows) {
  const head = TABLE_COLUMNS.map((key) => make("th", { scope: "col" }, t[key]));
  const kept = rows.slice(0, TABLE_ROWS_AT_MOST);
  const more = fill(t.table_more, { n: grouped(kept.length), total: grouped(rows.length) });
  return make(
    "div",
    {},
    make(
      "div",
      { class: "scroll" },
      make(
        "table",
        { class: "rows" },
        make("caption", {}, fill(t.table_caption, { option: option.name })),
        make("thead", {}, make("tr", {}, ...head)),
        make("tbody", {}, ...kept.map(tableRow)),
      ),
    ),
    kept.length < rows.length ? make("p", { class: "note" }, more) : null,
  );
}

function tableRow(row) {
  const deciding = data.records[row.readings[0][0]];
  const records = [...new Set(row.readings.map((reading) => reading[0]))];
  const flags = (row.flags || []).map(([, label]) => make("span", { class: "flag" }, label));
  const dissent = row.readings.filter((reading) => reading[1] === "dissents").map(dissentLine);
  const kind = make("span", { class: "kind" }, t.kinds[data.actors[row.holder].kind]);
  const cells = [
    [chip(row.stance)],
    [row.word],
    [whenOf(row)],
    [deciding.gist],
    [`${deciding.source}, ${deciding.paragraph} `, make("span", { class: "id" }, records.join(" "))],
    [...flags, ...dissent],
  ];
  return make(
    "tr",
    { "data-position": row.id, class: row.id === here.at ? "chosen" : null },
    make("th", { scope: "row" }, make("bdi", {}, actorName(row.holder)), " ", kind),
    ...cells.map((content, i) => make("td", { "data-label": t[TABLE_COLUMNS[i + 1]] }, ...content)),
  );
}

function dissentLine([, , stance, speaker]) {
  const said = fill(t.dissent_line, { speaker: actorName(speaker), stance: t.stances[stance].toLowerCase() });
  return make("span", { class: "dissent" }, said);
}
