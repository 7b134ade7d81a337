// One control a setting; the choices that differ from the defaults are the form's value.
const [idea, first, others, summary, rest] = [".idea", ".fields", ".others", "summary", ".others .fields"].map((name) => element.querySelector(name));
let shown = null; // what the controls show: the value that they were drawn from, or that they made
summary.textContent = words.more;

function read(field, input) {
  if (field.kind === "bool") return input.checked;
  if (field.choices) return input.value;
  if (field.kind === "str") return input.value;
  return input.value.trim() === "" ? field.default : Number(input.value);
}

function control(field, value) {
  const input = make(field.choices ? "select" : "input");
  if (field.choices) {
    input.append(...field.choices.map((choice) => {
      const option = make("option", "", words["choice_" + choice] || choice);
      option.value = choice;
      return option;
    }));
    input.value = value;
  } else if (field.kind === "bool") {
    input.type = "checkbox";
    input.checked = value;
  } else {
    input.type = field.kind === "str" ? "text" : "number";
    if (field.kind !== "str") input.step = field.kind === "int" ? "1" : "any";
    if (field.low !== null) input.min = field.low;
    if (field.high !== null) input.max = field.high;
    input.value = value;
  }
  return input;
}

// The words of a list of members: commas inside parentheses divide nothing.
function wordsOf(text) {
  const parts = [""];
  let depth = 0;
  for (const sign of text) {
    depth += (sign === "(") - (sign === ")");
    if (sign === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts.map((word) => (word.includes("(") ? word.replace(/\s/g, "") : word.trim())).filter(Boolean);
}

// One box for every member that a list may name. Once a checkpoint is in it, only those with its tokenizer can join.
function members(field, input) {
  const group = make("fieldset", "members");
  const checkpoints = received().checkpoints;
  const known = new Map(checkpoints.map((each) => [each.word, each]));
  const calls = [...wordsOf(field.default), ...wordsOf(input.value)].filter((word) => !known.has(word));
  const boxes = [...new Set([...calls, ...known.keys()])].map((word) => {
    const label = make("label", "member");
    const box = make("input");
    box.type = "checkbox";
    box.value = word;
    box.addEventListener("change", () => {
      const others = wordsOf(input.value).filter((each) => each !== word);
      input.value = (box.checked ? [...others, word] : others).join(",");
      input.dispatchEvent(new Event("change"));
    });
    const held = known.has(word) && known.get(word).held_out !== null ? figure(known.get(word).held_out) : "";
    label.append(box, make("span", "word", called(word)), make("span", "held", held));
    group.append(label);
    return box;
  });
  const others = make("span", "help others-told", words.other_tokenizer);
  const tick = () => {
    const named = wordsOf(input.value);
    const first = checkpoints.find((each) => named.includes(each.word));
    boxes.forEach((box) => {
      box.checked = named.includes(box.value);
      const own = known.get(box.value);
      box.disabled = !box.checked && Boolean(first && own) && own.tokenizer !== first.tokenizer;
    });
    others.hidden = !boxes.some((box) => box.disabled);
  };
  input.addEventListener("change", tick);
  tick();
  group.prepend(make("legend", "help", words.members), others);
  return group;
}

function made(field, value) {
  const box = make("div", "field");
  const label = make("label", "", (field.label && field.label[language]) || field.name);
  const input = control(field, value);
  input.id = "form-" + field.name;
  input.name = field.name;
  label.htmlFor = input.id;
  const range = field.kind !== "bool" && !field.choices && field.low !== null ? " [" + field.low + " … " + (field.high === null ? "" : field.high > 1e9 ? field.high.toExponential(0) : field.high) + "]" : "";
  box.append(label, input, make("span", "help", field.help[language] + range + (field.unit ? " " + (words["unit_" + field.unit] || field.unit) : "")));
  if (field.lists === "checkpoints") {
    box.classList.add("wide");
    box.append(members(field, input));
  }
  box.classList.toggle("changed", value !== field.default);
  input.addEventListener("change", () => {
    const now = read(field, input);
    box.classList.toggle("changed", now !== field.default);
    const values = { ...received().values };
    if (now === field.default) delete values[field.name];
    else values[field.name] = now;
    shown = props.value = JSON.stringify({ ...received(), values });
    trigger("change");
  });
  return box;
}

function draw() {
  const value = received();
  if (!value || props.value === shown) return; // the visitor's own change: the controls are right already
  shown = props.value;
  idea.replaceChildren(make("span", "badge", value.section), value.idea[language]);
  const all = value.fields.map((field) => [field, made(field, field.name in value.values ? value.values[field.name] : field.default)]);
  first.replaceChildren(...all.filter(([field]) => !field.more).map(([, box]) => box));
  rest.replaceChildren(...all.filter(([field]) => field.more).map(([, box]) => box));
}

keep(draw);
