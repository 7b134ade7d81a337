// Blocks of characters; in each one line a model. Blocks are drawn when they come into view.
const [sheet, box, boxName, text, told, errors, learned, forms, legend] = [".sheet", "input", ".per-word span", ".text", ".told", ".errors", ".learned", ".forms", ".legend"].map((name) => element.querySelector(name));
boxName.textContent = words.per_word;
text.setAttribute("aria-label", words.label);
let models = [];
let blocks = []; // { begin, end, node, drawn }
let at = -1;
let seen = null;

const titled = (model) => called(model.name) + (model.adaptive ? " · " + words.adaptive : "");

const wide = (c) => /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(c);

// Columns that fit: from the width of a character of the fixed-width face.
function columns() {
  const probe = make("span", "strip", "0".repeat(50));
  probe.style.cssText = "position:absolute;visibility:hidden;font:15px var(--font-mono);white-space:pre";
  text.append(probe);
  const one = probe.getBoundingClientRect().width / 50 || 9;
  probe.remove();
  const room = text.clientWidth - (innerWidth > 640 ? 190 : 8);
  return Math.max(16, Math.floor(room / one) - 1);
}

function cut(length) {
  const most = columns();
  const longest = models.reduce((best, model) => (model.text.length > best.length ? model.text : best), "");
  const found = [];
  let begin = 0, filled = 0;
  for (let i = 0; i < length; i++) {
    filled += wide(longest[i] || "") ? 2 : 1;
    if (filled >= most || longest[i] === "\n" || i === length - 1) {
      found.push({ begin, end: i + 1, drawn: false });
      begin = i + 1;
      filled = 0;
    }
  }
  return found;
}

// Spans of whole words with the mean of their characters; what is given or impossible stays so.
function perWord(model) {
  const found = [];
  for (const match of model.text.matchAll(/\s+|[^\s]+/gu)) {
    const [begin, end] = [match.index, match.index + match[0].length];
    let bits = 0, characters = 0, impossible = false;
    model.spans.forEach(([b, e, , value], index) => {
      const shared = Math.min(e, end) - Math.max(b, begin);
      if (shared <= 0 || (index === 0 && model.given)) return;
      if (value === null) impossible = true;
      else bits += (value * shared) / (e - b);
      characters += shared;
    });
    found.push([begin, end, match[0], impossible || !characters ? null : bits / characters, !characters]);
  }
  return found;
}

function kind(model, index, span) {
  if ((index === 0 && model.given && span[4] === undefined) || span[4]) return "given";
  if (span[3] === null) return "c5";
  const found = received().bounds.findIndex((bound) => span[3] <= bound);
  return "c" + (found < 0 ? received().bounds.length : found);
}

// Whether learning took at least a bit of surprise away, or an infinite one: the static line stands right above.
function helped(model, index) {
  const before = model.adaptive && models[models.indexOf(model) - 1].shown[index];
  const bits = model.shown[index][3];
  if (!before || bits === null) return false;
  return before[3] === null ? !(index === 0 && model.given) : before[3] - bits >= 1;
}

function strip(model, block) {
  const made = make("div", "strip");
  model.shown.forEach((span, index) => {
    const [begin, end] = [Math.max(span[0], block.begin), Math.min(span[1], block.end)];
    if (begin >= end) return;
    const one = make("b", kind(model, index, span) + (begin > span[0] ? " split" : "") + (helped(model, index) ? " helped" : ""));
    one.textContent = drawn(model.text.slice(begin, end));
    one.dataset.begin = begin;
    one.dataset.end = end;
    made.append(one);
  });
  return made;
}

function fill(block) {
  if (block.drawn) return;
  block.drawn = true;
  block.node.style.minHeight = "";
  models.forEach((model) => {
    const name = make("div", "name", model.adaptive ? "↳ " + words.adaptive : called(model.name));
    name.title = titled(model);
    block.node.append(name, strip(model, block));
  });
}

function spanAt(model, place) {
  return model.shown.findIndex(([begin, end]) => begin <= place && place < end);
}

function show(place) {
  at = place;
  text.querySelectorAll("b.at").forEach((one) => one.classList.remove("at"));
  text.querySelectorAll("b").forEach((one) => {
    if (Number(one.dataset.begin) <= place && place < Number(one.dataset.end)) one.classList.add("at");
  });
  const lines = models.map((model) => {
    const index = spanAt(model, place);
    if (index < 0) return titled(model) + ": –";
    const span = model.shown[index];
    const means = surprise(span[3], kind(model, index, span) === "given");
    return titled(model) + ": “" + drawn(span[2]) + "” " + means;
  });
  told.textContent = lines.join("\n");
}

function drawText() {
  models.forEach((model) => (model.shown = box.checked ? perWord(model) : model.spans));
  if (seen) seen.disconnect();
  seen = new IntersectionObserver((entries) => entries.forEach((entry) => entry.isIntersecting && fill(blocks.find((each) => each.node === entry.target))), { root: text, rootMargin: "300px" });
  blocks = cut(Math.max(0, ...models.map((model) => model.text.length)));
  blocks.forEach((block) => {
    block.node = make("div", "block");
    block.node.style.minHeight = 13 + 25 * models.length + "px";
    seen.observe(block.node);
  });
  text.replaceChildren(...blocks.map((block) => block.node));
  told.textContent = words.hint;
}

function draw() {
  const value = received();
  sheet.hidden = !value;
  if (!value) return;
  models = value.models.filter((model) => !model.error).map((model) => ({ ...model }));
  errors.replaceChildren(...value.models.filter((model) => model.error).map((model) => make("li", "", called(model.name) + ": " + model.error[language])));
  learned.hidden = !models.some((model) => model.adaptive);
  learned.textContent = words.learned;
  forms.hidden = new Set(models.map((model) => model.text)).size < 2;
  forms.textContent = words.forms;
  drawText();
  surpriseScale(legend, value.bounds);
}

text.addEventListener("mouseover", (event) => {
  const one = event.target.closest("b");
  if (one) show(Number(one.dataset.begin));
});
text.addEventListener("keydown", (event) => {
  const length = blocks.length ? blocks[blocks.length - 1].end : 0;
  const block = blocks.find((each) => each.begin <= at && at < each.end);
  const line = block ? block.end - block.begin : 20;
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + line, ArrowUp: at - line, Home: 0, End: length - 1 }[event.key];
  if (to === undefined || !length) return;
  event.preventDefault();
  const place = Math.min(Math.max(to, 0), length - 1);
  const target = blocks.find((each) => each.begin <= place && place < each.end);
  fill(target);
  target.node.scrollIntoView({ block: "nearest" });
  show(place);
});
box.addEventListener("change", drawText);
let width = 0;
new ResizeObserver(() => {
  if (!received() || sheet.hidden || Math.abs(text.clientWidth - width) < 4) return;
  width = text.clientWidth;
  drawText();
}).observe(text);
keep(draw);
