// Every checkpoint with its results; train never stands without held-out.
const [none, table, head, body, told] = [".none", "table", "thead", "tbody", ".told"].map((name) => element.querySelector(name));
const COLUMNS = ["name", "model", "text", "tokens", "train", "held_out", "bits", "parameters", "seconds", "bytes"];
const NUMBERS = new Set(COLUMNS.slice(4));

function bytes(number) {
  return number < 1e6 ? (number / 1e3).toFixed(0) + " kB" : (number / 1e6).toFixed(1) + " MB";
}

function line(each) {
  const text = each.title ? each.title[language] : each.corpus || "";
  const measured = (number) => (each.refused ? "\u2014" : each.finished ? figure(number) : words.unfinished);
  const shown = {
    name: each.name, model: each.model, text: text, tokens: each.tokens && each.tokens[language],
    train: measured(each.train_perplexity), held_out: measured(each.held_out_perplexity), bits: measured(each.bits_per_char),
    parameters: grouped(each.parameters), seconds: each.seconds === null ? "" : figure(each.seconds), bytes: bytes(each.bytes),
  };
  return row(COLUMNS.map((key) => cell("td", NUMBERS.has(key) ? "figure" : "", shown[key], words[key])));
}

function brokenLine(each) {
  const reason = cell("td", "reason", words.broken + ": " + each.error[language]);
  reason.colSpan = COLUMNS.length - 1;
  return row([cell("td", "", each.name), reason]);
}

function draw() {
  const rows = (props.value && props.value.rows) || [];
  none.textContent = words.none;
  told.textContent = words.compare;
  none.hidden = rows.length > 0;
  table.hidden = told.hidden = rows.length === 0;
  head.replaceChildren(row(COLUMNS.map((key) => cell("th", NUMBERS.has(key) ? "figure" : "", words[key]))));
  body.replaceChildren(...rows.map((each) => (each.error ? brokenLine(each) : line(each))));
}

keep(draw);
