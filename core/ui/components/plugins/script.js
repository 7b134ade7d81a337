// The plug-ins: idea, section of the book, settings with default, range and meaning; broken ones with their reason.
const list = element.querySelector(".list");

function range(each) {
  if (each.choices) return each.choices.join(" | ");
  if (each.kind === "bool") return "true | false";
  if (each.low === null && each.high === null) return words.any;
  const end = (number) => (number === null ? "" : number >= 1e15 ? number.toExponential(2) : String(number));
  return each.high === null ? "≥ " + end(each.low) : end(each.low) + " … " + end(each.high);
}

function settings(all) {
  if (!all.length) return make("p", "faint", words.no_settings);
  const details = make("details");
  details.append(make("summary", "", say("settings", { count: all.length })));
  const described = make("dl");
  all.forEach((each) => {
    const name = make("dt");
    name.append(make("span", "figure", each.name + " = " + each.default), make("span", "faint", "  [" + range(each) + "] " + (each.unit || "")));
    described.append(name, make("dd", "", each.help[language] || each.help.en));
  });
  details.append(described);
  return details;
}

function card(title, name, section, idea, all, wide) {
  const made = make("article", wide ? "wide" : "");
  const heading = make("h3", "", title);
  if (name) heading.append(make("span", "figure", name));
  made.append(heading);
  if (idea) {
    const line = make("p");
    if (section) line.append(make("span", "badge", section));
    line.append(idea);
    made.append(line);
  }
  made.append(settings(all));
  return made;
}

function brokenCard(each) {
  const made = make("article", "wide");
  const heading = make("h3", "", each.name);
  heading.append(make("span", "broken", "  " + words.broken));
  made.append(heading, make("pre", "", language === "zh" ? each.reason_zh : each.reason));
  return made;
}

function draw() {
  const value = received() || { models: [], shared: [], broken: [] };
  const models = value.models.map((each) => {
    const idea = each.idea[language] + (each.normalised ? "" : " — " + words.unnormalised);
    return card(each.title[language], each.name, each.section, idea, [...each.settings, ...each.training]);
  });
  list.replaceChildren(...value.broken.map(brokenCard), ...models, card(words.shared, "", "", "", value.shared, true));
}

keep(draw);
