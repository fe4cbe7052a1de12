app.post('/b', (req, res) => { const { a } = req.body; res.json({ a, b: 1 }) })
