// One line read by every model, and the switch between a line they never saw and one they learned from.
const [sheet, title, choice, rows, legend, told] = [".sheet", "h2", ".switch", ".rows", ".legend", ".told"].map((name) => element.querySelector(name));
const SIDES = ["unseen", "seen"];
let side = "unseen";
choice.setAttribute("aria-label", words.switch);

const buttons = SIDES.map((name) => {
  const made = make("button", "", words[name]);
  made.type = "button";
  made.setAttribute("role", "radio");
  made.addEventListener("click", () => turn(name));
  choice.append(made);
  return made;
});
choice.addEventListener("keydown", (event) => {
  if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  turn(side === "seen" ? "unseen" : "seen");
  buttons[SIDES.indexOf(side)].focus();
});

function turn(to) {
  side = to;
  draw();
}

function describe([token, bits, kind]) {
  const name = "“" + drawn(token) + "”  ";
  if (kind === "given") return name + words.given;
  return name + (bits === null ? words.impossible : say("bits", { bits: bits.toFixed(2), chance: figure(2 ** bits) }));
}

function strip(tokens) {
  const made = make("span", "strip");
  made.setAttribute("role", "group");
  tokens.forEach((token, at) => {
    const one = make("b", token[2] === "given" ? "given" : "c" + token[2]);
    one.append(make("span", /^\s+$/.test(token[0]) ? "sign" : "", drawn(token[0])));
    one.tabIndex = at ? -1 : 0;
    one.addEventListener("mouseenter", () => (told.textContent = describe(token)));
    one.addEventListener("focus", () => (told.textContent = describe(token)));
    made.append(one);
  });
  made.addEventListener("keydown", (event) => {
    const at = [...made.children].indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: made.children.length - 1 }[event.key];
    const next = made.children[to];
    if (at < 0 || !next) return;
    event.preventDefault();
    made.children[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  return made;
}

// What a model wrote, in plain ink; a line break is drawn, so that a row stays one line.
function written(text) {
  const made = make("span", "written");
  text.split("\n").forEach((part, at) => {
    if (at) made.append(make("span", "mark", " ↵ "));
    made.append(part);
  });
  made.title = text;
  return made;
}

function line(exhibit, row) {
  const reading = row[side];
  const made = make("div", "line");
  const name = make("span", "name", words[row.word]);
  name.title = row.checkpoint;
  made.append(name, strip(reading.tokens), make("span", "measure", reading.bits === null ? "∞" : reading.bits.toFixed(2)));
  if (exhibit.writes) made.append(written(reading.written));
  else made.append(make("span", "whole", say("whole", { train: figure(row.train), held_out: figure(row.held_out) })));
  return made;
}

function heads(exhibit) {
  const made = make("div", "line heads");
  const reads = words[exhibit.name + "_" + side];
  made.append(make("span", "name", words.model), make("span", "reads", reads), make("span", "measure", words.measure));
  made.append(make("span", "writes", exhibit.writes ? words.writes : words.results));
  return made;
}

function draw() {
  const value = received();
  title.textContent = words["title_" + side];
  buttons.forEach((button, at) => {
    button.setAttribute("aria-checked", String(SIDES[at] === side));
    button.tabIndex = SIDES[at] === side ? 0 : -1;
  });
  sheet.hidden = Boolean(value && value.absent);
  if (!value || value.absent) {
    rows.replaceChildren(make("p", "waiting", words.waiting));
    return;
  }
  rows.replaceChildren(
    ...value.exhibits.map((exhibit) => {
      const made = make("div", "exhibit");
      made.append(heads(exhibit), ...exhibit.rows.map((row) => line(exhibit, row)));
      return made;
    }),
  );
  told.textContent = words["meaning_" + side];
  surpriseScale(legend, value.bounds);
}

keep(draw);
