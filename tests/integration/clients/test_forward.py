"""The Fluent forward protocol, from @fluent-org/logger with acknowledgements."""

import environment
from client_case import ClientCase


class Forward(ClientCase):  # the cases below share it; not run by itself
    class Case(ClientCase.Base):
        mode = "PackedForward"
        key = ""

        def install(self):
            self.node, self.libraries = environment.need(
                lambda: environment.node_with(["@fluent-org/logger@1.0.10"])
            )

        def target(self):
            return str(self.port("forward"))

        def command(self, first, count, pace):
            return [self.node, self.script("forward_sender.js"), self.libraries, self.target(), self.mode,
                    self.key, str(first), str(count), str(pace)]

        def met_refusal(self, live):
            return (live.metric('inkling_ingest_socket_waits_total{protocol="forward"}') or 0) > 0


class ForwardOverTcp(Forward.Case):
    config = 'inputs: {forward: {listen: ["tcp://127.0.0.1:{port:forward}"]}}\n'


class ForwardOverUnixSocket(Forward.Case):
    config = 'inputs: {forward: {listen: ["unix://{folder}/forward.sock"]}}\n'
    mode = "CompressedPackedForward"

    def target(self):
        return f"{self.folder}/forward.sock"


class ForwardWithSharedKey(Forward.Case):
    config = 'inputs: {forward: {listen: ["tcp://127.0.0.1:{port:forward}"], shared_key: a-secret}}\n'
    mode = "Forward"
    key = "a-secret"
