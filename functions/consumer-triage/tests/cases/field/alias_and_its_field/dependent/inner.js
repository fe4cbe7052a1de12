async function inner(base, shelf) {
  return fetch(`${base}/v1/shelves/load`, { method: "POST", body: JSON.stringify({ depth: { name: 1 } }) });
}

function name(name) {
  return { name };
}
