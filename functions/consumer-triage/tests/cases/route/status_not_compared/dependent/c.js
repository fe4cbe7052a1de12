// provider-service
async function start() {
  const answer = await fetch(`${BASE}/jobs/start`, { method: "POST" });
  if (answer.status >= 200 && answer.status < 300) return answer;
}
