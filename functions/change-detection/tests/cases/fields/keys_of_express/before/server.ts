import express from 'express'
const app = express()

app.post('/orders', (req, res) => {
  const { total, note, region: where } = req.body
  const extra = req.body.extra
  if (!total) return res.status(400).json({ error: 'no total' })
  const answer = { id: save(total, note, where, extra), state: 'open', eta: 3 }
  res.json(answer)
})

app.get('/orders', list)

function list(req, res) {
  res.send({ items: find(req.query.page, req.query.size), total: 1 })
}
