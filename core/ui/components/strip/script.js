// A text, every token coloured by its surprise in six fixed classes; the number on hover and on focus.
const sheet = element.querySelector(".sheet");
const [notice, shown, text, told, legend] = [".notice", ".shown", ".text", ".told", ".legend"].map((name) => element.querySelector(name));
const ROW = 200; // tokens that are laid out together
let tokens = [];
text.setAttribute("aria-label", words.label);

function describe(at) {
  const { token, bits, kind } = received().tokens[at];
  return "“" + drawn(token) + "”  " + surprise(bits, kind === "given");
}

// One token; white space is drawn, and a line break also breaks the line.
function tokenElement(each, at) {
  const made = make("b", each.kind === "given" ? "given" : "c" + each.kind);
  const sign = /^\s+$/.test(each.token);
  made.append(make("span", sign ? "sign" : "", drawn(each.token)));
  if (each.token.includes("\n")) made.append("\n");
  else if (sign) made.append(document.createElement("wbr"));
  made.dataset.at = at;
  made.tabIndex = at === 0 ? 0 : -1;
  return made;
}

function draw() {
  const value = received();
  sheet.hidden = !value;
  notice.textContent = (value && value.notice) || "";
  notice.hidden = !notice.textContent;
  shown.hidden = !value || Boolean(value.notice);
  if (shown.hidden) return;
  tokens = value.tokens.map(tokenElement);
  const rows = [];
  for (let begin = 0; begin < tokens.length; begin += ROW) {
    const made = make("div");
    made.append(...tokens.slice(begin, begin + ROW));
    rows.push(made);
  }
  text.replaceChildren(...rows);
  told.textContent = words.hint;
  surpriseScale(legend, value.bounds);
}

function tokenAt(target) {
  const found = target.closest && target.closest("b[data-at]");
  return found ? Number(found.dataset.at) : -1;
}

function tell(event) {
  const at = tokenAt(event.target);
  if (at >= 0) told.textContent = describe(at);
}

text.addEventListener("mouseover", tell);
text.addEventListener("focusin", tell);
text.addEventListener("keydown", (event) => {
  const at = tokenAt(event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + 20, ArrowUp: at - 20, Home: 0, End: tokens.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const next = tokens[Math.min(Math.max(to, 0), tokens.length - 1)];
  tokens[at].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

keep(draw);
