// The prefix and what each model adds to it, side by side. Once a model has ended, every token can be pointed at.
const [box, notice, hint, judged, legend] = [".columns", ".notice", ".hint", ".judged", ".legend"].map((name) => element.querySelector(name));
const BUSY = ["warming", "writing"];
let stopped = null; // the run that was stopped: what of it still arrives does not set it going again
let memory = null; // what the writers have learned word for word, and of which run
let columns = []; // what is on the screen, one entry a column
hint.textContent = words.hint;

function ending(value) {
  const parts = [value.state === "done" ? say(value.reason, { stop: drawn(value.stop || "") }) : words[value.state]];
  if (value.tokens) parts.push(say("tokens", { count: grouped(value.tokens) }));
  if (value.speed) parts.push(say("speed", { speed: grouped(Math.round(value.speed)) }));
  return parts.join(" · ");
}

function made(at) {
  const column = { node: make("div", "column"), text: make("div", "text"), prefix: make("span", "prefix"), written: make("span", "written"), facts: make("span", "facts figure faint"), memory: make("p", "memory"), where: make("p", "where"), copy: make("button", "copy", words.copy), name: make("div", "name"), notice: make("p", "notice"), spans: false };
  const foot = make("div", "foot");
  foot.append(column.facts, column.copy);
  column.facts.setAttribute("role", "status");
  column.notice.setAttribute("role", "alert");
  column.copy.type = "button";
  column.text.tabIndex = 0;
  column.text.setAttribute("role", "group");
  column.text.setAttribute("aria-label", words.label);
  column.text.append(column.prefix, column.written);
  column.node.append(column.name, column.text, foot, column.memory, column.where, column.notice);
  column.where.setAttribute("role", "status");
  ["pointerover", "focusin"].forEach((event) => column.written.addEventListener(event, ({ target }) => tellWhere(column, at, target.closest("b.known"))));
  column.copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(received().prefix + received().columns[at].text);
    column.copy.textContent = words.copied;
    setTimeout(() => (column.copy.textContent = words.copy), 1500);
  });
  column.written.addEventListener("click", (event) => point(at, event.target.closest("b")));
  column.written.addEventListener("keydown", (event) => walk(at, event));
  return column;
}

// Tell the page which token was pointed at: its column, and where it begins (in characters of the continuation).
function point(at, token) {
  if (!token) return;
  element.querySelectorAll("b.at").forEach((one) => one.classList.remove("at"));
  token.classList.add("at");
  trigger("select", { column: at, begin: Number(token.dataset.begin), token: token.textContent });
}

function walk(at, event) {
  const token = event.target.closest("b");
  if (!token) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    return point(at, token);
  }
  const next = { ArrowRight: token.nextElementSibling, ArrowLeft: token.previousElementSibling }[event.key];
  if (!next) return;
  event.preventDefault();
  token.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function learnedBy(at) {
  const value = received();
  return (value && memory && memory.run === value.run && memory.columns[at]) || null;
}

// Which learned stretch a token lies in; null in none.
function stretchOf(learned, begin, end) {
  const at = learned && learned.spans ? learned.spans.findIndex((span) => span.start <= begin && end <= span.start + span.length) : -1;
  return at < 0 ? null : at;
}

// Where in the training text the stretch stands that is pointed at.
function tellWhere(column, at, token) {
  const learned = learnedBy(at);
  if (!token || !learned || !learned.spans) return;
  const span = learned.spans[token.dataset.span];
  const place = { corpus: learned.corpus[language], line: grouped(span.line), character: grouped(span.character) };
  const hit = make("mark", "", span.hit);
  column.where.replaceChildren(say(span.line === null ? "at_character" : "at_line", place) + " …" + span.left, hit, span.right + "…");
}

// Marks what was learned. The tokens stay the same elements: somebody may just be clicking on one.
function drawMemory(column, learned, fresh) {
  const sign = JSON.stringify(learned);
  if (!fresh && column.remembered === sign) return;
  column.remembered = sign;
  column.memory.hidden = column.where.hidden = !learned;
  column.where.replaceChildren();
  column.written.querySelectorAll("b").forEach((token) => {
    const begin = Number(token.dataset.begin);
    const span = stretchOf(learned, begin, begin + Array.from(token.textContent).length);
    token.classList.toggle("known", span !== null);
    if (span !== null) token.dataset.span = span;
  });
  if (!learned) return;
  if (learned.notice) return (column.memory.textContent = learned.notice);
  const percent = (share) => (100 * share).toFixed(1);
  const places = { least: grouped(learned.least), covered: grouped(learned.covered), characters: grouped(learned.characters), share: percent(learned.share), held_out: percent(learned.held_out_share), longest: grouped(learned.longest) };
  column.memory.textContent = say(learned.spans.length ? "memory" : "memory_none", places);
  column.where.textContent = learned.spans.length ? words.where_hint : "";
}

// A token that is a line break or a space has no width of its own to click on: it is drawn where it is pointed at.
function spansOf(value) {
  const characters = Array.from(value.text);
  let begin = 0;
  return value.cuts.map((length, at) => {
    const token = make("b", value.kinds ? "c" + value.kinds[at] : "", characters.slice(begin, begin + length).join(""));
    token.dataset.begin = begin;
    token.tabIndex = begin ? -1 : 0;
    begin += length;
    return token;
  });
}

function drawColumn(column, value, prefix, learned) {
  const busy = BUSY.includes(value.state);
  const follows = column.text.scrollHeight - column.text.scrollTop - column.text.clientHeight < 40;
  column.name.textContent = column.name.title = called(value.name);
  if (column.prefix.textContent !== prefix) column.prefix.textContent = prefix;
  if (busy) {
    if (column.written.textContent !== value.text || column.spans) column.written.textContent = value.text;
    column.spans = false;
    drawMemory(column, null, true);
  } else {
    const sign = JSON.stringify([value.text, value.state, value.kinds]);
    const fresh = column.spans !== sign;
    if (fresh) column.written.replaceChildren(...spansOf(value));
    drawMemory(column, learned, fresh);
    column.spans = sign;
  }
  if (busy && follows) column.text.scrollTop = column.text.scrollHeight;
  column.facts.textContent = ending(value);
  column.copy.hidden = busy;
  column.notice.textContent = value.notice || "";
  column.notice.hidden = !value.notice;
}

function draw() {
  const value = received(); // Gradio's watched objects are slow to read
  if (value && value.columns.some((each) => each.state === "stopped")) stopped = value.run;
  if (value && value.run === stopped) value.columns.forEach((each) => BUSY.includes(each.state) && (each.state = "stopped"));
  const busy = Boolean(value) && value.columns.some((each) => BUSY.includes(each.state));
  document.body.classList.toggle("unroll-writing", busy);
  notice.textContent = (value && value.notice) || "";
  notice.hidden = !notice.textContent;
  judged.hidden = legend.hidden = busy || !value || !value.judge;
  if (!legend.hidden) {
    judged.textContent = say("judged", { name: called(value.judge.name) });
    surpriseScale(legend, value.judge.bounds);
  }
  hint.hidden = !value || busy || !value.columns.some((each) => each.text);
  const count = value ? value.columns.length : 0;
  box.classList.toggle("many", count > 1);
  if (!count) {
    const empty = made(0);
    empty.text.replaceChildren(make("span", "empty", words.empty));
    empty.copy.hidden = empty.notice.hidden = empty.memory.hidden = empty.where.hidden = true;
    columns = [];
    return box.replaceChildren(empty.node);
  }
  if (columns.length !== count) {
    columns = value.columns.map((_, at) => made(at));
    box.replaceChildren(...columns.map((column) => column.node));
  }
  columns.forEach((column, at) => drawColumn(column, value.columns[at], value.prefix, learnedBy(at)));
}

window.addEventListener("unroll-memory", (event) => {
  memory = event.detail;
  draw();
});
keep(draw);
