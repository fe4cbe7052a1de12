export function guard(req) {
  const marks = (process.env.SHOP_MARKS || "").split(",");
  if (!marks.includes(req.mark)) {
    count += 1;
  }
}
