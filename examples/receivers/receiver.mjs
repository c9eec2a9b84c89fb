// Receives webhooks: npm install standardwebhooks, then SECRET=whsec_… node receiver.mjs
import { createServer } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const webhook = new Webhook(process.env.SECRET);
const [host, port] = (process.env.LISTEN ?? "127.0.0.1:9000").split(":");
const MOST_BYTES = 64 * 1024;

// In a real system both are tables, written in one transaction with what follows from a message.
const seen = new Set();
const revisions = new Map();

function take({ type, data }) {
  const { activity_id: activity, revision = 0 } = data;
  if (activity && revision <= (revisions.get(activity) ?? 0)) {
    // It arrived late, or is a reminder: worth showing, but its state is known.
    console.log("known", type, revision);
    return;
  }
  revisions.set(activity, revision);
  console.log("took", type, revision);
}

// Gives the status to answer with.
function receive(headers, body) {
  let message;
  try {
    message = webhook.verify(body, headers);
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    console.log("refused", error.message);
    return 400;
  }
  const id = headers["webhook-id"];
  if (seen.has(id)) {
    console.log("again", id);
    return 204;
  }
  take(message);
  seen.add(id); // After it was taken: if that fails it comes again.
  return 204;
}

const server = createServer(async (request, response) => {
  try {
    const chunks = []; // The bytes as they came: they are what was signed.
    let length = 0;
    for await (const chunk of request) {
      length += chunk.length;
      if (length > MOST_BYTES) return response.writeHead(413, { connection: "close" }).end();
      chunks.push(chunk);
    }
    response.writeHead(receive(request.headers, Buffer.concat(chunks).toString())).end();
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});
server.listen(Number(port), host, () => {
  console.log(`listening on http://${host}:${server.address().port}`);
});
