// One row a model: its measures on this text, and where the scale ends for it.
const [sheet, title, head, body, compare] = [".sheet", "h3", "thead", "tbody", ".compare"].map((name) => element.querySelector(name));
const COLUMNS = ["model", "perplexity", "bits", "unknown", "perfect", "uniform"];
const share = (part) => (part === null ? "–" : (100 * part).toFixed(1).replace("-", "−") + " %");

function line(model, best) {
  const perplexity = cell("td", "figure", figure(model.perplexity));
  const means = model.perplexity === null ? words.infinite : say("meaning_" + model.level, { n: figure(model.perplexity) });
  perplexity.append(make("span", "meaning", means));
  const whole = (value) => (model.measured ? figure(value) : "–");
  const made = row([
    cell("td", "name", called(model.name)), perplexity, cell("td", "figure bits", figure(model.bits_per_char)),
    cell("td", "figure", say("share", { unknown: grouped(model.unknown), scored: grouped(model.scored) })),
    cell("td", "figure", "1"), cell("td", "figure", grouped(model.vocab_size)),
    ...(model.adaptive ? [cell("td", "figure", share(model.saved))] : [cell("td", "figure", whole(model.train)), cell("td", "figure", whole(model.held_out))]),
  ]);
  if (model.bits_per_char !== null && model.bits_per_char === best) made.className = "best";
  return made;
}

function draw() {
  const value = received();
  sheet.hidden = !value || !value.models.length;
  if (sheet.hidden) return;
  const known = value.models.map((model) => model.bits_per_char).filter((bits) => bits !== null);
  const best = Math.min(...known);
  const adaptive = value.models[0].adaptive;
  title.hidden = !adaptive;
  title.textContent = words.adaptive;
  const columns = [...COLUMNS, ...(adaptive ? ["saved"] : ["train", "held_out"])];
  head.replaceChildren(row(columns.map((key, at) => cell("th", at ? "figure" : "", words[key]))));
  body.replaceChildren(...value.models.map((model) => line(model, best)));
  const mixed = new Set(value.models.map((model) => model.level + model.vocab_size)).size > 1;
  compare.textContent = (adaptive ? words.own_column + " " : "") + (mixed ? words.mixed : words.same);
}

keep(draw);
