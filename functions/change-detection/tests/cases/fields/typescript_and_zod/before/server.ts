import express from 'express'
import { z } from 'zod'

const NewOrder = z.object({
  total: z.number(),
  note: z.string().optional(),
  region: z.string().optional(),
})

interface Order { id: string; mail: string }
interface State { open: boolean; door: string }

const app = express()
app.post('/orders', (req, res) => {
  const order = NewOrder.parse(req.body)
  const made: Order = save(order)
  res.json(made)
})
