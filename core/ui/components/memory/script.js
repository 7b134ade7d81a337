// Hands on what was learned to the manuscript, which knows by the run which writing it is of.
keep(() => window.dispatchEvent(new CustomEvent("unroll-memory", { detail: received() })));
