export function guard(req) {
  const asker = req.headers.get("host");
  let known = [`localhost:3000`];
  if (process.env.SHOP_KNOWN_HOSTS) {
    known = known.concat(process.env.SHOP_KNOWN_HOSTS.split(","));
  }
  if (!asker || !known.includes(asker)) {
    console.error("not known");
    return Response.json({ error: "not known" }, { status: 403 });
  }
  return next();
}
