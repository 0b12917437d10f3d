// What the two square tables share: headers that read upwards, and cells that the arrow keys move between.

const ROW_LETTERS = 60;
const COLUMN_LETTERS = { "": 70, small: 46, tiny: 28 };

function gridTable({ kind, label, rows, columns, rowName, columnName, rowLang, columnLang, cell }) {
  const size = columns.length > 20 ? "tiny" : columns.length > 14 ? "small" : "";
  const head = make(
    "tr",
    {},
    make("td", {}),
    ...columns.map((id) =>
      make(
        "th",
        { scope: "col", class: id === here.option ? "asked" : "" },
        make("div", {}, shortName(columnName(id), COLUMN_LETTERS[size], columnLang(id))),
      ),
    ),
  );
  const body = rows.map((row) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, shortName(rowName(row), ROW_LETTERS, rowLang(row))),
      ...columns.map((column) => cell(row, column, size)),
    ),
  );
  const table = make(
    "table",
    {
      class: `grid ${kind} ${size}`,
      role: "grid",
      "aria-label": `${label}. ${t.cell_help}`,
      "aria-describedby": "verdict",
    },
    make("thead", {}, head),
    make("tbody", {}, ...body),
  );
  table.addEventListener("keydown", (event) => moveInGrid(table, event));
  table.addEventListener("focusin", (event) => standOn(table, event.target));
  table.addEventListener("click", (event) => chooseCell(event.target.closest("td[data-at]")));
  const first = table.querySelector("td[aria-selected=true]") || table.querySelector("td[data-at]");
  first?.setAttribute("tabindex", "0");
  return make("div", { class: "scroll" }, table);
}

// Tab comes back to the cell that was left.
function standOn(table, cell) {
  for (const other of table.querySelectorAll("td[tabindex='0']")) other.setAttribute("tabindex", "-1");
  cell.setAttribute("tabindex", "0");
}

function chooseCell(cell) {
  if (cell) choose(cell.dataset.at);
}

const MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

// Move to the next cell in a direction that holds something.
function moveInGrid(table, event) {
  const cell = event.target.closest("td[data-at]");
  if (!cell) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    cell.click();
    return;
  }
  const move = MOVES[event.key];
  if (!move) return;
  event.preventDefault();
  let [row, column] = [cell.parentElement.rowIndex + move[0], cell.cellIndex + move[1]];
  while (table.rows[row]?.cells[column]) {
    const next = table.rows[row].cells[column];
    if (next.dataset.at) {
      next.focus();
      return;
    }
    [row, column] = [row + move[0], column + move[1]];
  }
}
