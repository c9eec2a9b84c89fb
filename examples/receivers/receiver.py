"""Receives webhooks: pip install standardwebhooks, then SECRET=whsec_… python3 receiver.py"""
import http.server
import os

from standardwebhooks import Webhook, WebhookVerificationError

WEBHOOK = Webhook(os.environ["SECRET"])
HOST, PORT = os.environ.get("LISTEN", "127.0.0.1:9000").rsplit(":", 1)
MOST_BYTES = 64 * 1024

# In a real system both are tables, written in one transaction with what follows from a message.
seen, revisions = set(), {}


def take(message):
    data = message["data"]
    activity, revision = data.get("activity_id"), data.get("revision", 0)
    if activity and revision <= revisions.get(activity, 0):
        # It arrived late, or is a reminder: worth showing, but its state is known.
        print("known", message["type"], revision, flush=True)
        return
    revisions[activity] = revision
    print("took", message["type"], revision, flush=True)


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        if length > MOST_BYTES:
            return self.answer(413)
        body = self.rfile.read(length)  # The bytes as they came: they are what was signed.
        try:
            message = WEBHOOK.verify(body, dict(self.headers))
        except WebhookVerificationError as error:
            print("refused", error, flush=True)
            return self.answer(400)
        if self.headers["webhook-id"] in seen:
            print("again", self.headers["webhook-id"], flush=True)
            return self.answer(204)
        take(message)
        seen.add(self.headers["webhook-id"])  # After it was taken: if that fails it comes again.
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer((HOST, int(PORT)), Receiver)
print(f"listening on http://{HOST}:{server.server_port}", flush=True)
server.serve_forever()
