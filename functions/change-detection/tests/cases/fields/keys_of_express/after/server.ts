import express from 'express'
const app = express()

app.post('/orders', (req, res) => {
  const { total, region: where } = req.body
  const extra = req.body.extra
  if (!total) return res.status(400).json({ error: 'no total' })
  const answer = { id: save(total, where, extra), state: 'open' }
  res.json(answer)
})

app.get('/orders', list)

function list(req, res) {
  res.send({ items: find(req.query.page), count: 2 })
}
