// Predict, then run, then see: the question first, the Lab's answer beside the prediction, and ways into the other tabs.
const [list, notice, shown, title, story, question, answers, run, why, seen, outcome, choice, strips, told, legend, see, doors] = [
  "nav ol", ".notice", ".shown", "h3", ".story", ".question", ".answers", ".run", ".why", ".seen", ".outcome", ".switch", ".strips", ".told", ".legend", ".see", ".doors",
].map((name) => element.querySelector(name));
const [head, body, table] = [".figures thead", ".figures tbody", ".figures"].map((name) => element.querySelector(name));
const NUMBER = /^[\d,.\s∞%–-]+$/;
const [work, bar, stop] = [".work", ".work progress", ".stop"].map((name) => element.querySelector(name));
const [exercise, task, given, check, checked] = [".exercise", ".task", ".exercise input", ".check", ".checked"].map((name) => element.querySelector(name));
const charts = element.querySelector(".charts");
let value = null; // a plain copy: reading through Gradio's watched objects is slow
let side = 0;
element.querySelector("nav").setAttribute("aria-label", words.lessons);
["predict", "ran", "seen", "exercise"].forEach((name) => (element.querySelector("." + name + " h4").textContent = words["step_" + name]));
choice.setAttribute("aria-label", words.switch);

// A link within the page; one that is already in the address bar opens again.
function way(label, tab, state) {
  const made = make("a", "", label);
  made.href = window.unroll.link(tab, state);
  made.addEventListener("click", () => location.hash === made.hash && window.unroll.again());
  return made;
}

function drawList() {
  list.replaceChildren(
    ...value.lessons.map((each, at) => {
      const link = way(at + 1 + "  " + each.title, "learn", { lesson: each.name });
      if (each.name === value.name) link.setAttribute("aria-current", "page");
      const made = make("li");
      made.append(link);
      return made;
    })
  );
  // On a phone the list shows a few lessons at a time, the open one among them.
  const open = list.querySelector("[aria-current]");
  if (open) list.parentElement.scrollTop = open.offsetTop - list.parentElement.clientHeight / 3;
}

function guessed() {
  if (value.choices.length) {
    const chosen = answers.querySelector("input:checked");
    return chosen ? Number(chosen.value) : null;
  }
  const number = Number(answers.querySelector("input").value);
  return number > 0 && number < 1e9 ? number : null;
}

function ready() {
  run.disabled = guessed() === null;
  why.textContent = run.disabled ? words.first : "";
}

function drawQuestion() {
  const inputs = value.choices.map((text, at) => {
    const made = make("label");
    const input = make("input");
    Object.assign(input, { type: "radio", name: "prediction-" + value.name, value: at, checked: value.guess === at });
    made.append(input, make("span", "", text));
    return made;
  });
  if (!inputs.length) {
    const made = make("label", "number");
    const input = make("input");
    Object.assign(input, { type: "number", min: 1, step: "any", value: value.guess === null ? "" : value.guess });
    made.append(input, make("span", "", value.unit));
    inputs.push(made);
  }
  answers.replaceChildren(...inputs);
  ready();
}

function start() {
  const guess = guessed();
  if (guess === null) return;
  run.disabled = true;
  why.textContent = words.running;
  history.replaceState(null, "", window.unroll.link("learn", { lesson: value.name, guess })); // the way back leads here
  trigger("submit", { lesson: value.name, guess });
}

// A run that takes seconds: how far it is, and a way out.
function drawWork() {
  work.hidden = value.done === null;
  if (work.hidden) return;
  run.disabled = true;
  bar.value = value.done;
  why.textContent = say("working", { share: Math.round(100 * value.done) });
  bar.setAttribute("aria-label", why.textContent);
  stop.textContent = words.stop;
}

function drawStrips() {
  const { groups } = value.seen;
  choice.hidden = groups.length < 2;
  [...choice.children].forEach((button, at) => {
    button.setAttribute("aria-checked", String(at === side));
    button.tabIndex = at === side ? 0 : -1;
  });
  const here = groups.length ? groups[side].strips : [];
  strips.replaceChildren(
    ...here.map((each) => {
      const made = make("div", "one");
      made.append(make("span", "name", each.name), surpriseStrip(each.tokens, told), make("span", "measure figure", say("perplexity", { n: figure(each.perplexity) })));
      return made;
    })
  );
  told.hidden = legend.hidden = !here.length;
  if (!here.length) return;
  told.textContent = words.hint;
  surpriseScale(legend, here[0].bounds);
}

function turn(to) {
  side = to;
  drawStrips();
}

function drawSwitch() {
  const names = { seen: words.side_seen, unseen: words.side_unseen };
  choice.replaceChildren(
    ...value.seen.groups.map(({ name }, at) => {
      const made = make("button", "", names[name] || name);
      made.type = "button";
      made.setAttribute("role", "radio");
      made.addEventListener("click", () => turn(at));
      return made;
    })
  );
}
choice.addEventListener("keydown", (event) => {
  if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  event.preventDefault();
  turn((side + 1) % choice.children.length);
  choice.children[side].focus();
});

function judged() {
  const { right } = value.seen;
  if (value.choices.length) return value.guess === right ? words.right : say("wrong", { answer: value.choices[right] });
  if (right === null) return say("number_infinite", { guess: figure(value.guess) });
  const times = Math.max(value.guess / right, right / value.guess);
  return say(times < 1.25 ? "number_near" : value.guess < right ? "number_low" : "number_high", { guess: figure(value.guess), right: figure(right) });
}

function chart(data) {
  const made = make("figure", "chart");
  const [frame, under, keys] = ["frame", "told faint", "keys"].map((name) => make("div", name));
  under.setAttribute("role", "status");
  made.append(make("h5", "", data.title), make("p", "faint", data.about), frame, under, keys, ...data.said.map((text) => make("p", "", text)));
  return [made, () => curves(frame, under, keys)(data)];
}

function drawCharts() {
  const made = value.seen.charts.map(chart);
  charts.replaceChildren(...made.map(([figure]) => figure));
  made.forEach(([, plot]) => plot());
}

function drawExercise() {
  exercise.hidden = !value.seen || !value.seen.exercise;
  if (exercise.hidden) return;
  task.textContent = value.seen.exercise.task;
  given.placeholder = value.seen.exercise.hint;
  given.value = value.seen.exercise.given;
  check.textContent = words.check;
  const told = value.seen.exercise.right === undefined ? [] : [value.seen.exercise.right ? words.exercise_right : words.exercise_wrong, value.seen.exercise.said];
  checked.textContent = told.join(" ");
  checked.dataset.right = String(value.seen.exercise.right);
}

function ask() {
  if (!given.value.trim()) return;
  checked.textContent = words.running;
  trigger("select", { lesson: value.name, given: given.value });
}

function drawSeen() {
  seen.hidden = doors.hidden = !value.seen;
  if (seen.hidden) return;
  outcome.textContent = judged();
  drawSwitch();
  drawStrips();
  drawCharts();
  const [heads, ...rows] = value.seen.table;
  table.hidden = !heads;
  if (heads) {
    head.replaceChildren(row(heads.map((text) => cell("th", "", text))));
    body.replaceChildren(...rows.map((each) => row(each.map((text) => cell("td", NUMBER.test(text) && text.trim() ? "number" : "", drawn(text).replace(/(?<=.)␣(?=.)/g, " "))))));
  }
  see.replaceChildren(...value.seen.see.map((text) => make("p", "", text)));
  doors.replaceChildren(...value.seen.doors.map((door) => way(door.label, door.tab, door.state)));
}

function draw() {
  value = received();
  element.querySelector(".lessons").hidden = !value;
  if (!value) return;
  side = 0;
  drawList();
  notice.textContent = value.notice || "";
  notice.hidden = !value.notice;
  shown.hidden = Boolean(value.notice);
  if (value.notice) return;
  title.replaceChildren(make("span", "badge", value.section), value.title);
  story.textContent = value.story;
  question.textContent = value.question;
  run.textContent = words.run;
  drawQuestion();
  drawWork();
  drawSeen();
  drawExercise();
}

answers.addEventListener("input", ready);
answers.addEventListener("keydown", (event) => event.key === "Enter" && start());
run.addEventListener("click", start);
check.addEventListener("click", ask);
given.addEventListener("keydown", (event) => event.key === "Enter" && ask());
stop.addEventListener("click", () => trigger("clear", {}));
keep(draw);
