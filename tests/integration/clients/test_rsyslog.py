"""Syslog of RFC 5424 over TCP with octet counting, from rsyslog with a queue."""

import sys
import time

import environment
from client_case import ClientCase


class RsyslogOverTcp(ClientCase.Base):
    config = 'inputs: {syslog: {listen: ["tcp://127.0.0.1:{port:syslog}"]}}\n'

    def install(self):
        environment.need(lambda: environment.debian(["rsyslog"]))

    def command(self, first, count, pace):
        return [sys.executable, self.script("rsyslog_sender.py"), self.folder, str(self.port("rsyslog")),
                str(self.port("syslog")), str(first), str(count), str(pace)]

    def met_refusal(self, live):
        return (live.metric('inkling_ingest_socket_waits_total{protocol="syslog"}') or 0) > 0

    def test_a_kill_and_restart_lose_nothing(self):
        self.skipTest("plain syslog has no acknowledgement: what is under way at a kill is lost")

    def test_a_stop_and_restart_lose_nothing(self):
        live = self.start()
        client = self.begin(0, self.count, pace=3.0 / self.count)
        time.sleep(1.5)
        self.assertEqual(live.stop(), 0)
        time.sleep(0.5)
        live = self.start()
        self.finish(client, self.patience)
        self.assertEqual(live.stop(), 0)
        self.compare(self.count)
