// What every picture's script begins with. `element`, `props`, `trigger` and `watch` are Gradio's; WORDS is the picture's.
// Text is written with textContent only: what a visitor typed is never read as HTML or code.
const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const words = WORDS[language];

// The picture's data. It travels as one text: Gradio copies every value, leaf by leaf, whenever anything on the page begins
// or ends, and a thousand numbers would make every click wait.
let last = [null, null];
function received() {
  if (last[0] !== props.value) last = [props.value, props.value ? JSON.parse(props.value) : null];
  return last[1];
}

function make(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function say(key, values) {
  return words[key].replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? values[name] : whole));
}

// White space and what cannot be seen, made visible.
const SIGNS = { " ": "␣", "\n": "↵", "\t": "⇥", "\r": "␍", "\u3000": "⬚", "\u00a0": "⍽" };
function drawn(token) {
  return Array.from(token, (c) => SIGNS[c] || (/[\p{Cc}\p{Cf}]/u.test(c) ? "U+" + c.codePointAt(0).toString(16).toUpperCase() : c)).join("");
}

function grouped(number) {
  return Number(number).toLocaleString("en-US");
}

// Four significant figures, as the command line prints.
function figure(number) {
  if (number === null || number === undefined) return "∞";
  if (number >= 1000) return grouped(Math.round(number));
  return String(Number(number.toPrecision(4)));
}

function row(cells) {
  const made = make("tr");
  cells.forEach((cell) => made.append(cell));
  return made;
}

function cell(tag, className, text, label) {
  const made = make(tag, className, text);
  if (tag === "th") made.scope = "col";
  if (label) made.dataset.label = label;
  return made;
}

function keep(draw) {
  draw();
  watch("value", draw);
}

// The name of a checkpoint as it is shown: a visitor's own one without the key, a commit by its beginning.
function called(name) {
  if (name.startsWith("hub:")) return name.replace(/(@[0-9a-f]{7})[0-9a-f]{33}$/, "$1");
  return name.startsWith("own:") ? "\u2605 " + name.split(":").pop() : name;
}

// The scale of surprise: what chance each colour stands for.
function surpriseScale(legend, bounds) {
  const scale = make("span", "scale");
  bounds.forEach((bits, at) => scale.append(make("span", "c" + at, grouped(2 ** bits))));
  scale.append(make("span", "c" + bounds.length, words.rarer));
  legend.replaceChildren(make("span", "", words.chance), scale);
}

// What a surprise means: bits, the chance that the model gave, or why there is none.
function surprise(bits, given) {
  if (given) return words.surprise_given;
  if (bits === null) return words.surprise_impossible;
  return say("surprise_bits", { bits: bits.toFixed(2), chance: figure(2 ** bits) });
}

// A line of tokens [token, bits, kind], each in the colour of its kind; the number is told on hover and on focus.
function surpriseStrip(tokens, told) {
  const made = make("span", "strip");
  made.setAttribute("role", "group");
  tokens.forEach(([token, bits, kind], at) => {
    const one = make("b", kind === "given" ? "given" : "c" + kind);
    const blank = /^\s+$/.test(token);
    one.append(make("span", blank ? "sign" : "", drawn(token)));
    one.tabIndex = at ? -1 : 0;
    const tell = () => (told.textContent = "“" + drawn(token) + "”  " + surprise(bits, kind === "given"));
    ["mouseenter", "focus"].forEach((event) => one.addEventListener(event, tell));
    made.append(one);
    if (blank) made.append(document.createElement("wbr"));
  });
  made.addEventListener("keydown", (event) => {
    const all = [...made.querySelectorAll("b")];
    const at = all.indexOf(event.target);
    const next = all[{ ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key]];
    if (at < 0 || !next) return;
    event.preventDefault();
    all[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  return made;
}

// A part of a drawing.
function shape(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  if (text !== undefined) made.textContent = text;
  return made;
}
