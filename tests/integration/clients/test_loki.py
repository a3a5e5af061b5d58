"""Loki's push, from winston with its transport winston-loki."""

import environment
from client_case import ClientCase


class Loki(ClientCase):  # the cases below share it; not run by itself
    class Case(ClientCase.Base):
        form = "json"

        def install(self):
            self.node, self.libraries = environment.need(
                lambda: environment.node_with(["winston@3.19.0", "winston-loki@6.1.7"])
            )

        def command(self, first, count, pace):
            return [self.node, self.script("loki_sender.js"), self.libraries, self.http, self.form,
                    str(first), str(count), str(pace)]


class LokiJsonFromWinston(Loki.Case):
    pass


class LokiProtobufFromWinston(Loki.Case):
    form = "protobuf"
