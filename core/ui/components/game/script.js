// A line is guessed, character by character. The browser knows what has been found and nothing else.
const PARTS = [".sheet", ".notice", ".resume", ".empty", ".play", ".about", ".context", ".line", ".told", ".hand", ".label", ".guess", ".give-up", ".space", ".listed", ".tried", ".help", ".results", "thead", "tbody", ".mean", ".list-mean"];
const [sheet, notice, resume, empty, play, about, context, line, told, hand, label, guess, giveUp, space, listed, tried, help, results, head, body, mean, listMean] = PARTS.map((name) => element.querySelector(name));
const ENOUGH = 10; // places from which bounds say something
const KEPT = "unroll_game";
label.textContent = words.next_character;
giveUp.textContent = words.give_up;
space.textContent = words.space;
empty.textContent = words.empty;
context.setAttribute("aria-label", words.context);
line.setAttribute("aria-label", words.line);
results.tabIndex = 0; // a narrow page scrolls in it
results.setAttribute("role", "group");
results.setAttribute("aria-label", words.bounds);
sheet.hidden = false;

// A game outlives a reload: its moves are kept until this browser tab is closed.
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch (blocked) {
    return null;
  }
}

function keepGame(game) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(game));
  } catch (blocked) {
    // without storage the game lasts as long as the page
  }
}

// Moves go out one by one, the next when the last one has been answered: two at once could overtake each other.
const moves = [];
let [sent, pending] = [0, false];
function send(typed) {
  moves.push(typed);
  flush();
}
function flush() {
  if (pending || !moves.length) return;
  pending = true;
  sent += 1;
  trigger("select", { typed: moves.shift(), number: sent });
}
function answered(value) {
  if (value && !value.notice && value.answer !== sent) return;
  pending = false;
  if (!value || value.notice) moves.length = 0; // nothing to guess any more
  flush();
}

// Chinese is composed from several keys: what counts is what comes out.
guess.addEventListener("input", (event) => {
  if (event.isComposing) return;
  if (guess.value) send(guess.value);
  guess.value = "";
});
guess.addEventListener("compositionend", () => {
  if (guess.value) send(guess.value);
  guess.value = "";
});
giveUp.addEventListener("click", () => {
  send("");
  guess.focus();
});
listed.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) send(button.dataset.character);
});
resume.addEventListener("click", () => trigger("submit", kept()));

function drawLine(value) {
  context.textContent = value.context;
  const found = Array.from(value.found).map((character, at) => {
    const made = make("span", "place" + (value.guesses[at] > 1 ? "" : " once"));
    made.append(make("b", "", drawn(character)), make("small", "", grouped(value.guesses[at])));
    made.setAttribute("aria-label", say("guesses_label", { character: drawn(character), guesses: value.guesses[at] }));
    made.setAttribute("role", "img");
    return made;
  });
  const cursor = value.over ? [] : [make("span", "place cursor", "?")];
  line.replaceChildren(...found, ...cursor);
}

function drawMove(value) {
  const model = called(value.model);
  const said = value.told ? say(value.told.key, { ...value.told, character: drawn(value.told.character), guesses: grouped(value.told.guesses || 0), model }) : "";
  told.textContent = (said + (value.over ? " " + words.over : "")).trim();
  hand.hidden = help.hidden = value.over;
  help.textContent = say("give_up_help", { model });
  tried.hidden = !value.tried.length;
  tried.replaceChildren(make("span", "faint", words.tried + " "), ...value.tried.map((each) => make("s", "", drawn(each))));
  listed.hidden = !value.candidates.length;
  listed.replaceChildren(
    make("span", "faint", say("candidates", { model })),
    ...value.candidates.map((each) => {
      const button = make("button", "", drawn(each));
      button.type = "button";
      button.dataset.character = each;
      return button;
    }),
  );
}

function drawRow(each, value) {
  const name = cell("td", "name", each.you ? (value.listed ? say("you_and", { model: called(value.model) }) : words.you) : called(each.name));
  if (each.error) {
    const reason = cell("td", "", each.error[language]);
    reason.colSpan = 5;
    return row([name, reason]);
  }
  const between = each.places < ENOUGH ? "–" : say("between", { lower: each.lower.toFixed(2), upper: each.upper.toFixed(2) });
  const made = row([name, cell("td", "figure", grouped(each.places)), cell("td", "figure", Math.round(100 * each.first) + " %"), cell("td", "figure", each.mean.toFixed(2)), cell("td", "figure", between), cell("td", "figure", each.you ? "–" : each.bits === null ? "∞" : each.bits.toFixed(2))]);
  made.className = each.you ? "you" : "";
  return made;
}

function drawResults(value) {
  const you = value.rows.find((each) => each.you);
  results.hidden = !you;
  if (!you) return;
  head.replaceChildren(row(["who", "places", "first", "mean", "bounds", "bits"].map((key, at) => cell("th", at ? "figure" : "", words[key]))));
  body.replaceChildren(...value.rows.map((each) => drawRow(each, value)));
  mean.textContent = say(you.places < ENOUGH ? "too_few" : "bounds_mean", { places: grouped(you.places), bias: you.bias_bits.toFixed(2), enough: ENOUGH });
  listMean.textContent = value.listed ? say("list_mean", { model: called(value.model) }) : "";
}

function draw() {
  const value = received();
  notice.hidden = !value || !value.notice;
  notice.textContent = (value && value.notice) || "";
  const playing = Boolean(value) && !value.notice;
  const before = playing ? null : kept();
  resume.hidden = !before || !before.moves;
  if (!resume.hidden) resume.textContent = say("resume", { place: before.place });
  empty.hidden = playing || Boolean(value);
  play.hidden = results.hidden = !playing;
  answered(value);
  if (!playing) return;
  keepGame({ ...value.kept, place: value.guesses.length });
  about.textContent = say("line_of", { number: grouped(value.number), lines: grouped(value.lines), place: value.guesses.length, length: value.length });
  drawLine(value);
  drawMove(value);
  drawResults(value);
}

keep(draw);
