// The back-off path. A row is a context; its bar is what it adds to the probability and begins where the row above ends.
// The buttons are the keyboard's way to what a click on a row does.
const [sheet, title, about, tokens, head, body, foot, told, counted, hint] = [".sheet", "h3", ".about", ".tokens", "thead", "tbody", "tfoot", ".told", ".counted", ".hint"].map((name) => element.querySelector(name));
const COLUMNS = ["context", "total", "types", "count", "own", "rest", "probability", "arriving", "adds", "bar"];
const SIGNS_OF = { total: "N(c)", types: "T(c)", count: "n(cw)" };
let value = null;
let chosen = null; // the row whose places are shown
tokens.setAttribute("aria-label", words.tokens);

function percent(share) {
  const hundredth = 100 * share;
  if (share === 0) return "0 %";
  return hundredth < 0.001 ? "< 0.001 %" : hundredth.toFixed(hundredth < 0.1 ? 3 : hundredth < 10 ? 2 : 1) + " %";
}

const short = (number) => (number === 0 ? "0" : number >= 0.0001 ? number.toFixed(4) : number.toExponential(1));
const named = (context) => (context.length ? context.map(drawn).join("") : words.none);

function drawTokens() {
  tokens.replaceChildren(
    ...value.candidates.map((each) => {
      const made = make("button", "");
      made.type = "button";
      made.setAttribute("aria-pressed", String(each.id === value.id));
      made.append(make("b", "", drawn(each.token)), make("small", "", percent(each.probability)));
      made.addEventListener("click", () => each.id !== value.id && trigger("submit", { id: each.id }));
      return made;
    }),
  );
}

// A piece of the whole probability, from where the pieces before it end.
function bar(from, size) {
  const made = cell("td", "bar");
  const track = make("div", "track");
  const filled = make("i", size > 0 ? "" : "nothing");
  const whole = value.probability || 1;
  filled.style.left = (100 * Math.min(from, whole)) / whole + "%";
  filled.style.width = (100 * Math.min(size, whole)) / whole + "%";
  track.append(filled);
  made.append(track);
  return made;
}

// How a row's probability comes about, as one line of arithmetic.
function sum(place) {
  const each = value.path[place];
  const shorter = value.path[place + 1];
  const said = { token: drawn(value.token), context: named(each.context), own: short(each.own), rest: short(each.rest), probability: short(each.probability) };
  if (!each.used) return each.total ? say("sum_unasked", said) : say("sum_unseen", said);
  const below = each.probability - each.own;
  if (each.own && below <= 0 && each.rest > 0) return say("sum_alone", said);
  said.shorter = short(shorter ? shorter.probability : each.rest ? below / each.rest : 0);
  return shorter ? say("sum", { ...said, below: named(shorter.context) }) : say("sum_uniform", said);
}

function contextButton(each, place) {
  const made = make("button", "take", named(each.context));
  made.type = "button";
  made.setAttribute("aria-pressed", String(place === chosen));
  made.setAttribute("aria-label", named(each.context) + ": " + words.look);
  made.addEventListener("click", () => choose(place));
  made.addEventListener("focus", () => (told.textContent = sum(place)));
  return made;
}

function line(each, place, from) {
  const name = cell("td", "context");
  name.append(contextButton(each, place));
  const mark = each.predecessors && each.used ? "†" : "";
  const counts = ["total", "types", "count"].map((key) => cell("td", "figure", grouped(each[key]) + mark, SIGNS_OF[key]));
  const weights = each.used
    ? [...["own", "rest", "probability"].map((key) => cell("td", "figure", short(each[key]), words["short_" + key])), cell("td", "figure", percent(each.arriving), words.short_arriving), cell("td", "figure", short(each.contribution), words.short_adds), bar(from, each.contribution)]
    : [cell("td", "passed", each.total ? words.unasked : words.unseen)];
  if (!each.used) weights[0].colSpan = 6;
  const made = row([name, ...counts, ...weights]);
  made.className = (each.used ? "" : "unused") + (place === chosen ? " chosen" : "");
  made.addEventListener("mouseenter", () => (told.textContent = sum(place)));
  made.addEventListener("click", (event) => event.target.closest("button") || choose(place));
  return made;
}

function choose(place) {
  chosen = place;
  drawRows();
  body.querySelectorAll(".take")[place].focus();
  trigger("select", { place });
}

function drawRows() {
  let from = 0;
  body.replaceChildren(
    ...value.path.map((each, place) => {
      const made = line(each, place, from);
      from += each.contribution;
      return made;
    }),
  );
  const unseen = row([cell("td", "context faint", words.uniform), ...COLUMNS.slice(1, 8).map(() => cell("td", "figure faint", "–")), cell("td", "figure", short(value.unseen), words.short_adds), bar(from, value.unseen)]);
  unseen.className = "uniform";
  const all = cell("td", "context", words.together);
  all.colSpan = 8;
  foot.replaceChildren(unseen, row([all, cell("td", "figure", short(value.probability)), bar(0, value.probability)]));
}

function drawHead() {
  const cells = COLUMNS.map((key) => cell("th", key === "context" ? "" : key === "bar" ? "bar" : "figure", key === "bar" ? "" : words[key]));
  const scale = make("div", "ends");
  scale.append(make("span", "", "0"), make("span", "", words.bar), make("span", "", percent(value.probability)));
  cells[cells.length - 1].append(scale);
  head.replaceChildren(row(cells));
}

function draw() {
  value = received();
  chosen = null;
  sheet.hidden = !value;
  if (!value) return;
  const said = { token: drawn(value.token), probability: percent(value.probability), step: value.step + 1 };
  title.textContent = say("title", said);
  about.textContent = value.comes_next ? say("about_next", said) : say("about_other", said);
  counted.hidden = !value.path.some((each) => each.predecessors && each.used);
  counted.textContent = words.counted;
  hint.textContent = words.hint;
  const pieces = [...value.path.filter((each) => each.used).map((each) => each.contribution), value.unseen];
  told.textContent = value.probability ? pieces.map(short).join(" + ") + " = " + short(value.probability) : words.impossible;
  drawTokens();
  drawHead();
  drawRows();
}

keep(draw);
