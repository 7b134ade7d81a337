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
  made.append(name, surpriseStrip(reading.tokens, told), make("span", "measure", reading.bits === null ? "∞" : reading.bits.toFixed(2)));
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
