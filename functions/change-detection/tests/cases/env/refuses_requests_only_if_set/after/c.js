const zones = (process.env.SHOP_ZONES || "*").split(",");
export function guard(req) {
  if (!zones.includes(req.zone)) {
    return res.status(403).end();
  }
}
