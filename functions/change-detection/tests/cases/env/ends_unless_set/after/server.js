const address = process.env.SHOP_STORE_URL;
const extra = process.env.SHOP_EXTRA_URL;
if (!address) {
  console.error("no store");
  process.exit(1);
}
function later() {
  if (!extra) {
    throw new Error("no extra");
  }
}
start();
