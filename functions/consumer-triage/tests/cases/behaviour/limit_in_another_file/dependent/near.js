const u = "http://provider-service";
const a = axios.create({ timeout: 120000 });
const b = axios.create({ timeout: 30000 });
