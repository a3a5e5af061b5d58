"""Datadog's logs intake, from pino with pino-datadog-transport, which uses Datadog's API client."""

import environment
from client_case import ClientCase


class DatadogFromPino(ClientCase.Base):
    def install(self):
        self.node, self.libraries = environment.need(
            lambda: environment.node_with(
                ["pino@10.4.0", "pino-datadog-transport@3.0.6", "@datadog/datadog-api-client@1.64.0"]
            )
        )

    def command(self, first, count, pace):
        return [self.node, self.script("datadog_sender.js"), self.libraries, self.http, "a-key",
                str(first), str(count), str(pace)]
