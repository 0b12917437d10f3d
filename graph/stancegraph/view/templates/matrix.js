// Matrix: actors by options, in an order that brings camps together; the number is that of records.

views.matrix = {
  hasOwnKey: true,
  honest: () => [t.honest_matrix, matrixLeftOut()].join(" "),
  render(root) {
    const rows = shownRows();
    const at = new Map(rows.map((row) => [row.id, row]));
    const actors = data.matrix.actors.filter((id) => rows.some((row) => row.holder === id));
    if (!actors.length) return root.append(make("p", { class: "empty" }, t.nothing_here));
    return root.append(
      gridTable({
        kind: "matrix",
        label: t.heading_of.matrix,
        rows: actors,
        columns: data.matrix.options,
        rowName: actorName,
        columnName: optionName,
        rowLang: actorLang,
        columnLang: () => dataLang,
        cell: (actor, option, size) => matrixCell(at.get(`${actor}@${option}`), actor, option, size),
      }),
      matrixKey(rows),
    );
  },
  table: () => positionTable(shownRows()),
};

function matrixCell(row, actor, option, size) {
  if (!row) return make("td", { class: "blank" }, make("span", { class: "sr" }, t.matrix_none));
  const marks = marksOf(row).slice(0, size ? 1 : 3);
  const n = row.readings.length;
  const label = fill(t.matrix_cell, {
    actor: actorName(actor),
    option: optionName(option),
    stance: t.stances[row.stance],
    records: counted("n_records", n),
  });
  const flags = [row.is_hearsay ? t.hearsay_short : "", ...(row.flags || []).map((f) => f[1])]
    .filter(Boolean)
    .join(", ");
  return make(
    "td",
    {
      class: "filled",
      tabindex: "-1",
      "data-at": row.id,
      "aria-selected": String(here.at === row.id),
      "aria-label": `${label}, ${flags}`,
    },
    make(
      "div",
      { class: `cell ${row.stance} ${row.is_hearsay ? "told" : "own"}` },
      make("b", {}, [data.looks[row.stance].symbol, ...marks].join(" ")),
      make("small", {}, n > 1 ? ` ${n}` : ""),
    ),
  );
}

// What the signs mean, as far as they occur.
function matrixKey(rows) {
  const stances = new Set(rows.map((row) => row.stance));
  const marks = new Set(rows.flatMap(flagsMarked));
  const sign = (symbol, label) => make("span", { class: "sign" }, symbol, label);
  const cell = (look, stance) =>
    make("span", { class: `cell ${look} ${stance}` }, make("b", {}, data.looks[stance].symbol));
  return make(
    "p",
    { class: "scale" },
    ...stanceNames
      .filter((stance) => stances.has(stance))
      .map((stance) => sign(cell("own", stance), t.stances[stance])),
    rows.some((row) => row.is_hearsay) ? sign(cell("told", "undecided"), t.hearsay) : "",
    ...Object.keys(data.marks)
      .filter((flag) => marks.has(flag))
      .map((flag) => sign(make("b", {}, `${data.marks[flag]} `), markNames[flag])),
  );
}

// A matrix of very many has those with most positions only.
function matrixLeftOut() {
  const { actors, options, of } = data.matrix;
  if (actors.length === of[0] && options.length === of[1]) return "";
  return fill(t.matrix_only, {
    actors: grouped(actors.length),
    of_actors: grouped(of[0]),
    options: grouped(options.length),
    of_options: grouped(of[1]),
  });
}
