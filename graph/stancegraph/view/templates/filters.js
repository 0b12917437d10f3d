// Filters: what a reader leaves out. The address keeps them.

const FACETS = {
  stance: (row) => row.stance,
  kind: (row) => data.actors[row.holder].kind,
  word: (row) => (row.is_hearsay ? "hearsay" : "own"),
  sure: (row) => row.sure,
};

const filters = makeFilters();

function makeFilters() {
  const off = new Set();
  const select = byId("bloc");
  const boxes = [...document.querySelectorAll("[data-filter]")].map((label) => ({
    label,
    box: label.querySelector("input"),
    facet: label.dataset.filter,
    value: label.dataset.value,
    key: `${label.dataset.filter}:${label.dataset.value}`,
  }));
  const inBloc = (row) => {
    const bloc = data.blocs.find((b) => b.id === select?.value);
    return !bloc || row.holder === bloc.id || isMember(bloc, row.holder, data.steps[stepShown()].day);
  };
  return {
    off,
    get bloc() {
      return select?.value || "";
    },
    listen(changed) {
      for (const { box, key } of boxes) {
        box.addEventListener("change", () => {
          if (box.checked) off.delete(key);
          else off.add(key);
          changed();
        });
      }
      select?.addEventListener("change", changed);
    },
    set(keys, bloc) {
      off.clear();
      const known = new Set(boxes.map((b) => b.key));
      keys.filter((k) => known.has(k)).forEach((k) => off.add(k));
      boxes.forEach((b) => (b.box.checked = !off.has(b.key)));
      if (select) select.value = data.blocs.some((b) => b.id === bloc) ? bloc : "";
    },
    // What is left out, in the words of the boxes.
    told() {
      const boxesOff = boxes
        .filter((b) => !b.box.checked)
        .map((b) => b.label.querySelector("span").textContent);
      return [...boxesOff, ...(select?.value ? [select.selectedOptions[0].textContent] : [])];
    },
    passes: (row) =>
      inBloc(row) && !Object.entries(FACETS).some(([facet, of]) => off.has(`${facet}:${of(row)}`)),
    count(rows) {
      for (const { label, box, facet, value } of boxes) {
        const n = rows.filter((row) => FACETS[facet](row) === value).length;
        label.querySelector("output").textContent = n;
        label.classList.toggle("empty", n === 0 && box.checked);
      }
    },
  };
}
