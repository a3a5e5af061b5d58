"""StatsD over UDP, from Python's statsd."""

import environment
from client_case import ClientCase
from live_program import wait_until


class StatsdOverUdp(ClientCase.Base):
    config = 'inputs: {statsd: {listen: ["udp://127.0.0.1:{udp:statsd}"]}}\n'
    sends_again = False

    def install(self):
        self.python = environment.need(lambda: environment.python_with(["statsd==4.0.1"]))

    def command(self, first, count, pace):
        return [self.python, self.script("statsd_sender.py"), str(self.udp_port("statsd")), str(first), str(count), str(pace)]

    def settle(self, live):
        wanted = 3 * self.count
        wait_until(lambda: live.metric('inkling_socket_datagrams_total{protocol="statsd"}') == wanted, "all datagrams", 10)

    def numbers(self, rows):
        return [int(row["value"]) for row in rows if row.get("name") == "record"]
