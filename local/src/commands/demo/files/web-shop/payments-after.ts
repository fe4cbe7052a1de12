import axios from "axios";

const base = process.env.PAYMENTS_URL ?? "http://payments-api:8000";

/** Payments are offered only while the service answers. */
export async function paymentsAreUp(): Promise<boolean> {
  const answer = await axios.get(`${base}/v1/health`, { timeout: 2000 });
  return answer.status === 200;
}

export async function pay(order: string, cents: number) {
  const answer = await axios.post(`${base}/payments`, { order, cents });
  return answer.data;
}
