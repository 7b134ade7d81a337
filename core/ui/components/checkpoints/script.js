// Every checkpoint with its results; train never stands without held-out.
const [none, table, head, body, told] = [".none", "table", "thead", "tbody", ".told"].map((name) => element.querySelector(name));
const COLUMNS = ["name", "model", "text", "tokens", "train", "held_out", "bits", "parameters", "seconds", "bytes"];
const NUMBERS = new Set(COLUMNS.slice(4));

let sorted = { key: null, down: false };
const opened = new Set(); // names of those whose details are shown

// What a column is sorted by; rows that have nothing there come last, whichever way.
const KEYS = { name: (each) => each.name, model: (each) => each.model, text: (each) => each.corpus, tokens: (each) => each.level, train: (each) => each.train_perplexity, held_out: (each) => each.held_out_perplexity, bits: (each) => each.bits_per_char, parameters: (each) => each.parameters, seconds: (each) => each.seconds, bytes: (each) => each.bytes };

function order(rows) {
  if (!sorted.key) return rows;
  const of = KEYS[sorted.key];
  const has = (each) => !each.error && of(each) !== null && of(each) !== undefined;
  const compare = (a, b) => (typeof of(a) === "string" ? of(a).localeCompare(of(b)) : of(a) - of(b));
  const [some, none] = [rows.filter(has), rows.filter((each) => !has(each))];
  some.sort((a, b) => (sorted.down ? -1 : 1) * compare(a, b));
  return [...some, ...none];
}

function heading(key) {
  const made = cell("th", NUMBERS.has(key) ? "figure" : "");
  const button = make("button", "", words[key]);
  button.type = "button";
  button.title = words.sort;
  made.setAttribute("aria-sort", sorted.key !== key ? "none" : sorted.down ? "descending" : "ascending");
  button.addEventListener("click", () => {
    sorted = { key, down: sorted.key === key && !sorted.down };
    draw();
    head.querySelectorAll("button")[COLUMNS.indexOf(key)].focus();
  });
  made.append(button);
  return made;
}

// Write with it, take it away, or compute its results again.
function actions(each) {
  const made = cell("td", "actions", "", words.actions);
  const use = make("button", "", words.use);
  const zip = make("button", "", words.zip);
  const verify = make("button", "", words.verify);
  use.type = zip.type = verify.type = "button";
  use.addEventListener("click", () => window.unroll.go("write", { checkpoints: [each.name] }));
  zip.addEventListener("click", () => trigger("select", { name: each.name }));
  verify.addEventListener("click", () => trigger("submit", { name: each.name }));
  made.append(use, zip);
  if (each.chosen) made.append(forget(each));
  if (each.finished && !each.refused) made.append(verify, detailsButton(each));
  return made;
}

function detailsButton(each) {
  const made = make("button", "details", words.details);
  made.type = "button";
  made.setAttribute("aria-expanded", String(opened.has(each.name)));
  made.addEventListener("click", () => {
    opened.has(each.name) ? opened.delete(each.name) : opened.add(each.name);
    draw();
    const again = [...body.querySelectorAll("tr")].find((line) => line.dataset.name === each.name);
    if (again) again.querySelector("button.details").focus();
  });
  return made;
}

// Every result that the card states: each passage of the held-out text, and the other way of reading it.
function results(each) {
  const rows = [
    [words.read_train, each.train_perplexity, each.train_bits_per_char],
    [words.read_stream, each.held_out_perplexity, each.bits_per_char],
  ];
  (each.passages || []).forEach((part) => rows.push([say(part.continued ? "read_rest" : "read_passage", { title: part.title[language] }), part.perplexity, part.bits_per_char]));
  if (each.window) rows.push([say("read_windows", { window: each.window }), each.windows_perplexity, each.windows_bits_per_char]);
  if (each.adaptive_bits_per_char) rows.push([words.read_adaptive, each.adaptive_perplexity, each.adaptive_bits_per_char]);
  return rows;
}

function details(each) {
  const inner = make("table", "results");
  const heads = [words.read, words.perplexity, words.bits_per_char, words.nats_per_char];
  inner.append(make("thead"), make("tbody"));
  inner.tHead.append(row(heads.map((text, at) => cell("th", at ? "figure" : "", text))));
  results(each).forEach(([what, perplexity, bits]) => {
    const nats = bits === null ? null : bits * Math.LN2;
    const figures = [perplexity, bits, nats].map((number, at) => cell("td", "figure", even(number), heads[at + 1]));
    inner.tBodies[0].append(row([cell("td", "what", what), ...figures]));
  });
  const whole = cell("td", "all");
  whole.colSpan = COLUMNS.length + 1;
  whole.append(inner, make("p", "faint", words.protocols));
  if (each.tokens_seen) whole.append(make("p", "faint", say("seen", { tokens: grouped(each.tokens_seen) })));
  if (each.command) whole.append(make("code", "", each.command));
  const made = row([whole]);
  made.className = "details";
  return made;
}

// A checkpoint from the Hub can be taken off the visitor's list.
function forget(each) {
  const made = make("button", "", words.forget);
  made.type = "button";
  made.addEventListener("click", () => trigger("clear", { name: each.name }));
  return made;
}

function bytes(number) {
  return number < 1e6 ? (number / 1e3).toFixed(0) + " kB" : (number / 1e6).toFixed(1) + " MB";
}

// Four significant figures, their zeros too: numbers of one column stand under each other.
function even(number) {
  return number === null || number === undefined || number >= 1000 ? figure(number) : number.toPrecision(4);
}

function line(each) {
  const text = each.title ? each.title[language] : each.corpus || "";
  const measured = (number) => (each.refused ? "\u2014" : each.finished ? even(number) : words.unfinished);
  const shown = {
    name: called(each.name), model: each.model, text: text, tokens: each.tokens && each.tokens[language],
    train: measured(each.train_perplexity), held_out: measured(each.held_out_perplexity), bits: measured(each.bits_per_char),
    parameters: grouped(each.parameters), seconds: each.seconds === null ? "" : figure(each.seconds), bytes: each.here ? bytes(each.bytes) : words.on_the_hub,
  };
  const cells = COLUMNS.map((key) => cell("td", NUMBERS.has(key) ? "figure" : "", shown[key], words[key]));
  if (each.members && each.members.length) cells[COLUMNS.indexOf("model")].replaceChildren(weights(each.model, each.members));
  const made = row([...cells, actions(each)]);
  made.dataset.name = each.name;
  return made;
}

// What a model is made of, and how much each member counts; with a gate the means, and what is left is their geometric mean's.
function weights(model, members) {
  const left = 1 - members.reduce((sum, each) => sum + each.weight, 0);
  const parts = members.map((each) => [called(each.name), each.weight]);
  if (left > 1e-6) parts.push([words.together, left]);
  const [made, list] = [make("div", "", model), make("ul", "members faint")];
  list.setAttribute("aria-label", words.weights);
  list.append(...parts.map(([name, weight]) => make("li", "", name + " " + weight.toFixed(3))));
  made.append(list);
  return made;
}

function brokenLine(each) {
  const reason = cell("td", "reason", words.broken + ": " + each.error[language]);
  reason.colSpan = COLUMNS.length;
  return row([cell("td", "", called(each.name)), reason]);
}

function draw() {
  const rows = received() ? received().rows : [];
  none.textContent = words.none;
  told.textContent = words.compare;
  none.hidden = rows.length > 0;
  table.hidden = told.hidden = rows.length === 0;
  head.replaceChildren(row([...COLUMNS.map(heading), cell("th", "", words.actions)]));
  body.replaceChildren(...order(rows).flatMap((each) => (each.error ? [brokenLine(each)] : opened.has(each.name) ? [line(each), details(each)] : [line(each)])));
}

keep(draw);
