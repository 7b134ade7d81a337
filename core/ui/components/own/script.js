// The visitor's own models: use them in the other tabs, go on, take away, delete (asked twice).
const [sheet, title, head, body, told] = [".sheet", "h3", "thead", "tbody", ".told"].map((name) => element.querySelector(name));
title.textContent = words.title;
told.textContent = words.told;

function button(text, action, className) {
  const made = make("button", className || "", text);
  made.type = "button";
  made.addEventListener("click", () => action(made));
  return made;
}

const open = (tab, name) => () => window.unroll.go(tab, { checkpoints: [name] });

function remove(name) {
  return (made) => {
    if (made.classList.contains("sure")) return trigger("delete", { name });
    made.classList.add("sure");
    made.textContent = words.sure;
    setTimeout(() => {
      made.classList.remove("sure");
      made.textContent = words.delete;
    }, 4000);
  };
}

function actions(each) {
  const made = cell("td", "actions");
  if (!each.error) {
    made.append(button(words.write, open("write", each.name)), button(words.read, open("read", each.name)), button(words.inside, open("inside", each.name)));
    if (!each.finished) made.append(button(words.resume, () => trigger("retry", { name: each.name })));
    made.append(button(words.zip, () => trigger("download", { name: each.name })));
  }
  made.append(button(words.delete, remove(each.name)));
  return made;
}

function line(each) {
  if (each.error) return row([cell("td", "", called(each.name)), cell("td", "", each.error[language]), actions(each)]);
  const measured = (number) => (each.finished ? figure(number) : words.unfinished);
  return row([cell("td", "", called(each.name)), cell("td", "", each.model), cell("td", "figure", measured(each.train_perplexity)), cell("td", "figure", measured(each.held_out_perplexity)), cell("td", "figure", grouped(each.parameters)), actions(each)]);
}

function draw() {
  const rows = received() ? received().rows : [];
  sheet.hidden = !rows.length;
  head.replaceChildren(row(["name", "model", "train", "held_out", "parameters", "actions"].map((key) => cell("th", ["train", "held_out", "parameters"].includes(key) ? "figure" : "", words[key]))));
  body.replaceChildren(...rows.map(line));
}

keep(draw);
