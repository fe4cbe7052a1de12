import express from 'express'
import { z } from 'zod'

const NewOrder = z.object({
  total: z.number(),
  region: z.string(),
})

interface Order { id: string }
interface State { open: boolean }

const app = express()
app.post('/orders', (req, res) => {
  const order = NewOrder.parse(req.body)
  const made: Order = save(order)
  res.json(made)
})
