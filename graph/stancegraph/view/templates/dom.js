// What every page's script needs: the data, and elements made without ever parsing text as HTML.

const data = JSON.parse(document.getElementById("data").textContent);
const t = data.t;

function byId(id) {
  return document.getElementById(id);
}

// Look up what an address or a click names, which may be the name of anything.
function found(register, key) {
  return key && Object.hasOwn(register, key) ? register[key] : null;
}

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "onclick") element.addEventListener("click", value);
    else if (key.startsWith("style_")) element.style[key.slice(6)] = `${value}%`;
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  }
  element.append(...children.filter((c) => c !== null && c !== undefined && c !== ""));
  return element;
}

// A name in its own direction, and in its language where that is not the page's; in full on hovering.
function shortName(name, most, lang = null) {
  const short = shortened(name, most);
  return make("bdi", { lang, title: short === name ? null : name }, short);
}

// Write only what is new: a live region tells whatever is written.
function write(id, words) {
  if (byId(id).textContent !== words) byId(id).textContent = words;
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

function download(name, blob) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

// A cell that begins like a formula is defused, for the file will be opened in a spreadsheet.
function csvCell(value) {
  const text = String(value);
  const safe = typeof value !== "number" && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
  return '"' + safe.replaceAll('"', '""') + '"';
}

function toCsv(rows) {
  return rows.map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
}
