// About how long it will take, how large the model will be, and what the text holds.
const [cost, about, padding, notice] = [".cost", ".about", ".padding", ".notice"].map((name) => element.querySelector(name));

function time(seconds) {
  if (seconds < 1) return words.moment;
  if (seconds < 90) return say("seconds", { n: Math.round(seconds) });
  return say("minutes", { n: (seconds / 60).toFixed(seconds < 600 ? 1 : 0) });
}

function draw() {
  const value = received();
  notice.textContent = (value && value.notice) || "";
  notice.hidden = !notice.textContent;
  cost.textContent = about.textContent = padding.textContent = "";
  padding.hidden = !value || typeof value.wasted !== "number";
  if (!value) return (cost.textContent = words.waiting);
  if (value.notice) return;
  cost.textContent = say("cost", { time: time(value.seconds), parameters: grouped(value.parameters) });
  about.textContent = say("about", { characters: grouped(value.characters), encoding: value.encoding, vocab: grouped(value.vocab_size), train: grouped(value.train_tokens), validation: grouped(value.validation_tokens), held_out: grouped(value.held_out_tokens), unknown: (100 * value.held_out_unknown).toFixed(2) + "%" });
  if (!padding.hidden) padding.textContent = say("padding", { share: (100 * value.wasted).toFixed(1) + "%" });
}

keep(draw);
