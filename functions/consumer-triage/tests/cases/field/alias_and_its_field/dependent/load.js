async function load(base, shelf) {
  const body = { name: shelf, shelf_name: shelf };
  return fetch(`${base}/v1/shelves/load`, { method: "POST", body: JSON.stringify(body) });
}
