export function guard(req) {
  const known = process.env.SHOP_KNOWN_HOSTS;
  if (!known) {
    return next();
  }
  if (!known.includes(req.host)) {
    return res.status(403).end();
  }
}
