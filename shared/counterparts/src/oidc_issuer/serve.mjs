// An issuer whose tokens say what is asked for: node serve.mjs <index.mjs of oauth2-mock-server> <port>
//   POST /sign {kid?, claims}  a token; a claim that is null is left away
//   POST /keys {alg, kid}      one key more
// Everything else (discovery, key set) is the server's own.
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const [module, port] = process.argv.slice(2);
const { OAuth2Server } = await import(pathToFileURL(module).href);
const { issuer, service } = new OAuth2Server();
issuer.url = `http://127.0.0.1:${port}`;
await issuer.keys.generate("RS256", { kid: "first" });

async function told(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

async function answer(request) {
  const asked = await told(request);
  if (request.url === "/keys") {
    await issuer.keys.generate(asked.alg, { kid: asked.kid });
    return "";
  }
  return issuer.buildToken({
    kid: asked.kid ?? "first",
    scopesOrTransform: (_header, payload) => {
      Object.assign(payload, asked.claims);
      for (const name of Object.keys(payload)) if (payload[name] === null) delete payload[name];
    },
  });
}

createServer((request, response) => {
  if (request.method !== "POST" || !["/sign", "/keys"].includes(request.url)) {
    return service.requestHandler(request, response);
  }
  answer(request).then(
    (text) => response.end(text),
    (error) => response.writeHead(500).end(String(error)),
  );
}).listen(Number(port), "127.0.0.1");
