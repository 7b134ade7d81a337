// Lines -> tokens -> vocabulary -> ids of the same text; the token that is followed is marked in every stage.
const [notice, shown, title, steps, about, stage, told, next] = [".notice", ".shown", "h3", ".steps", ".about", ".stage", ".told", ".next"].map((name) => element.querySelector(name));
const STAGES = ["lines", "tokens", "vocabulary", "ids"];
const DRAWN = [drawLines, drawTokens, drawVocabulary, drawIds];
let at = 0;
let followed = { line: 0, token: 0 };
let value = null; // a plain copy: reading through Gradio's watched objects is slow
title.textContent = words.title;
stage.setAttribute("aria-label", words.title);
const buttons = STAGES.map((name, place) => {
  const made = make("button", "", place + 1 + "  " + words["step_" + name]);
  made.type = "button";
  made.addEventListener("click", () => go(place));
  return made;
});
steps.append(...buttons);
next.addEventListener("click", () => go((at + 1) % STAGES.length));

function go(place) {
  at = place;
  stage.scrollTop = 0;
  drawStage();
}

// The first token that is a whole word, else the first letter.
function first() {
  for (const fits of [/^ ?\p{L}{4,}$/u, /\p{L}/u, /[\s\S]/])
    for (let line = 0; line < value.lines.length; line++) {
      const token = value.lines[line].tokens.findIndex((each) => fits.test(each));
      if (token >= 0) return { line, token };
    }
  return { line: 0, token: 0 };
}

const isFollowed = (line, token) => line === followed.line && token === followed.token;
const followedId = () => value.lines[followed.line].ids[followed.token];

function lineElement(line, content) {
  const made = make("div", "line");
  made.append(make("span", "number", String(line.number)), content);
  return made;
}

function drawLines() {
  return value.lines.map((line, place) => {
    const text = make("div", "text");
    if (place === followed.line) {
      const before = line.tokens.slice(0, followed.token).join("");
      const token = line.tokens[followed.token];
      text.append(before, make("mark", "", token), line.text.slice(before.length + token.length));
    } else text.append(line.text);
    if (line.cut) text.append(make("span", "faint", " …"));
    return lineElement(line, text);
  });
}

function tokenButton(line, place, token, fill) {
  const made = make("button", (isFollowed(line, place) ? "followed" : "") + (value.lines[line].ids[place] === 0 && at === 3 ? " unknown" : ""));
  made.type = "button";
  fill(made, token, value.lines[line].ids[place]);
  made.addEventListener("click", () => {
    followed = { line, token: place };
    drawStage();
    stage.querySelector("button.followed").focus();
  });
  return made;
}

function drawChips(fill) {
  return value.lines.map((line, number) => {
    const chips = make("div", "tokens");
    chips.append(...line.tokens.map((token, place) => tokenButton(number, place, token, fill)));
    if (line.cut) chips.append(make("span", "faint", "…"));
    return lineElement(line, chips);
  });
}

function drawTokens() {
  return drawChips((made, token) => made.append(drawn(token)));
}

function drawIds() {
  return drawChips((made, token, id) => made.append(make("span", "id", String(id)), make("small", "", drawn(token))));
}

function drawVocabulary() {
  const entries = make("div", "entries");
  let before = -1;
  value.vocabulary.forEach((each) => {
    if (each.id > before + 1) entries.append(make("div", "gap", say("left_out", { n: grouped(each.id - before - 1) })));
    const made = make("div", "entry" + (each.id === followedId() ? " followed" : ""));
    made.append(make("span", "id", String(each.id)), make("span", "token", drawn(each.token)), make("span", "count", grouped(each.count) + "×"));
    entries.append(made);
    before = each.id;
  });
  if (before < value.vocab_size - 1) entries.append(make("div", "gap", say("left_out", { n: grouped(value.vocab_size - 1 - before) })));
  return [entries];
}

function describe() {
  const line = value.lines[followed.line];
  const id = followedId();
  const entry = value.vocabulary.find((each) => each.id === id);
  const said = { token: drawn(line.tokens[followed.token]), line: line.number, place: followed.token + 1, id, count: grouped(entry.count), more: grouped(Math.max(0, id - 1)), least: value.min_frequency };
  if (at === 0) return say("told_lines", said);
  if (at === 1) return say("told_tokens", said);
  if (id === 0) return say("told_unknown", said);
  return at === 2 ? say("told_vocabulary", said) : say("told_ids", said);
}

function drawStage() {
  buttons.forEach((button, place) => button.setAttribute("aria-pressed", String(place === at)));
  about.textContent = say("about_" + STAGES[at], { size: grouped(value.vocab_size), tokens: grouped(value.tokens) });
  stage.replaceChildren(...DRAWN[at]());
  const marked = stage.querySelector(".followed");
  if (marked) stage.scrollTop = Math.max(0, marked.offsetTop - stage.offsetTop - stage.clientHeight / 2);
  told.textContent = describe();
  next.textContent = at === 3 ? words.again : say("next", { stage: words["step_" + STAGES[at + 1]] });
}

function draw() {
  value = received();
  notice.textContent = (value && value.notice) || "";
  notice.hidden = !notice.textContent;
  shown.hidden = !value || Boolean(value.notice);
  if (shown.hidden) return;
  followed = first();
  drawStage();
}

keep(draw);
