"""Plain lines over HTTP, from Python's requests."""

import environment
from client_case import ClientCase


class NdjsonFromRequests(ClientCase.Base):
    sends_ndjson = True

    def install(self):
        self.python = environment.need(lambda: environment.python_with(["requests==2.32.3"]))

    def command(self, first, count, pace):
        return [self.python, self.script("ndjson_sender.py"), f"{self.http}/ingest/ndjson", str(first), str(count), str(pace)]
