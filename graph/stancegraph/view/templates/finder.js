// Finding an actor or an option by name, and filtering what is shown.

function makeFinder(entries, choose) {
  const input = byId("find");
  const list = byId("found");
  let matches = [];
  let at = -1;

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  }

  function mark(index) {
    at = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at < 0) return;
    input.setAttribute("aria-activedescendant", `found-${at}`);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function take(index) {
    const match = matches[index];
    if (!match) return;
    input.value = "";
    close();
    choose(match.id);
  }

  function update() {
    const wanted = fold(input.value);
    if (!wanted) return close();
    matches = entries().filter((e) => fold(e.name).includes(wanted)).slice(0, 30);
    list.replaceChildren(...matches.map((m, i) => result(m, i, take)));
    if (!matches.length) list.append(make("li", { class: "none", role: "option", "aria-disabled": "true" }, t.find_none));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    return mark(matches.length ? 0 : -1);
  }

  input.addEventListener("input", update);
  input.addEventListener("blur", () => setTimeout(close, 150));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && matches.length) mark((at + 1) % matches.length);
    else if (event.key === "ArrowUp" && matches.length) mark((at - 1 + matches.length) % matches.length);
    else if (event.key === "Enter") take(at);
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

// Fold case and accents, so that "turkiye" finds "Türkiye".
function fold(words) {
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

function result(match, index, take) {
  const item = make("li", { role: "option", id: `found-${index}`, "aria-selected": "false" }, make("bdi", {}, match.name), make("small", {}, match.note));
  item.addEventListener("mousedown", (event) => {
    event.preventDefault();
    take(index);
  });
  return item;
}

const FACETS = {
  stance: (p) => p.stance,
  kind: (p) => p.kind,
  word: (p) => (p.is_hearsay ? "hearsay" : "own"),
};

function makeFilters(changed) {
  const off = new Set();
  const boxes = [...document.querySelectorAll("[data-filter]")].map((label) => ({
    label,
    box: label.querySelector("input"),
    facet: label.dataset.filter,
    value: label.dataset.value,
    key: `${label.dataset.filter}:${label.dataset.value}`,
  }));
  for (const { box, key } of boxes) {
    box.addEventListener("change", () => {
      if (box.checked) off.delete(key);
      else off.add(key);
      changed();
    });
  }
  return {
    off,
    set(keys) {
      off.clear();
      const known = new Set(boxes.map((b) => b.key));
      keys.filter((k) => known.has(k)).forEach((k) => off.add(k));
      boxes.forEach((b) => (b.box.checked = !off.has(b.key)));
    },
    passes: (position) => !Object.entries(FACETS).some(([facet, of]) => off.has(`${facet}:${of(position)}`)),
    count(positions) {
      for (const { label, facet, value } of boxes) {
        const n = positions.filter((p) => FACETS[facet](p) === value).length;
        label.querySelector("output").textContent = n;
        label.classList.toggle("empty", n === 0);
      }
    },
  };
}
