export function guard(req) {
  const peers = process.env.SHOP_PEERS;
  if (peers) {
    const list = peers.split(",");
    if (!list.includes(req.host)) {
      return res.status(403).end();
    }
  }
}
