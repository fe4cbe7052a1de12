const app = express();
app.post("/orders", (req, res) => {
  if (!req.body) {
    return res.status(400).end();
  }
  res.json({});
});
app.listen(3000);
