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

function made(field, value) {
  const box = make("div", "field");
  const label = make("label", "", (field.label && field.label[language]) || field.name);
  const input = control(field, value);
  input.id = "form-" + field.name;
  input.name = field.name;
  label.htmlFor = input.id;
  const range = field.kind !== "bool" && !field.choices && field.low !== null ? " [" + field.low + " … " + (field.high === null ? "" : field.high > 1e9 ? field.high.toExponential(0) : field.high) + "]" : "";
  box.append(label, input, make("span", "help", field.help[language] + range + (field.unit ? " " + (words["unit_" + field.unit] || field.unit) : "")));
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
