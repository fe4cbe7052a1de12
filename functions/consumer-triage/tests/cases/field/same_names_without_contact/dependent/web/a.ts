export interface User { email: string }
const { order_id } = order
