// The prefix with the tokens that the model does not know; nothing where it knows all of them.
const box = element.querySelector(".marks");
const text = element.querySelector(".text");
const told = element.querySelector(".told");

function draw() {
  const value = received();
  box.hidden = !value || !value.pieces.some((piece) => piece.unknown);
  if (box.hidden) return;
  text.replaceChildren(...value.pieces.map((piece) => make(piece.unknown ? "mark" : "span", "", piece.text)));
  const unknown = [...new Set(value.pieces.filter((piece) => piece.unknown).map((piece) => drawn(piece.text)))];
  const shown = unknown.slice(0, 12).join("  ") + (unknown.length > 12 ? " …" : "");
  told.textContent = say("unknown", { tokens: shown, model: called(value.model) });
}

keep(draw);
