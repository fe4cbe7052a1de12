export function guard(req) {
  return next();
}
