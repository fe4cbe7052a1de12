async function load(base, shelf) {
  const body = {
    name: shelf,
    depth: 2,
  };
  return fetch(`${base}/v1/shelves/load`, {
    method: "POST",
    headers: { a: "b" },
    body: JSON.stringify(body),
  });
}
