const token = process.env.SHOP_RELEASE_TOKEN;
if (!token) {
  process.exit(1);
}
go();
