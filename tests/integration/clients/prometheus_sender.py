"""Runs Debian's Prometheus server: it scrapes a page of ours, on which the series record_number{number="n"}
appear one after the other, and remote-writes what it scraped. Ends when a sample of the last one was
acknowledged.

usage: prometheus_sender.py URL FIRST COUNT PACE [GO]        the series appear once the file GO is there
"""

import http.server
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

url, first, count, pace = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])


go = sys.argv[5] if len(sys.argv) > 5 else None
begin = time.time()


def shown():
    """How many series the page has by now."""
    if go and not os.path.exists(go):
        return 0
    return count if pace == 0 else min(count, 1 + int((time.time() - begin) / pace))


class Page(http.server.BaseHTTPRequestHandler):
    complete = None  # when all series were scraped for the first time

    def do_GET(self):
        number = shown()
        lines = [f'record_number{{number="{first + n}"}} {first + n}\n' for n in range(number)]
        body = ("# TYPE record_number gauge\n" + "".join(lines)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if number == count and Page.complete is None:
            Page.complete = time.time()

    def log_message(self, *_):
        pass


page = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
threading.Thread(target=page.serve_forever, daemon=True).start()
probe = http.server.HTTPServer(("127.0.0.1", 0), Page)
own_port = probe.server_address[1]
probe.server_close()

with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    with open(os.path.join(folder, "prometheus.yml"), "w", encoding="utf-8") as file:
        file.write(f"""
global: {{scrape_interval: 500ms, scrape_timeout: 500ms}}
scrape_configs:
  - job_name: tickets
    static_configs: [{{targets: ["127.0.0.1:{page.server_address[1]}"]}}]
remote_write:
  - url: {url}/api/v1/write
    write_relabel_configs: [{{source_labels: [__name__], regex: record_number, action: keep}}]
    queue_config: {{max_shards: 1, batch_send_deadline: 200ms, min_backoff: 100ms, max_backoff: 1s}}
""")
    server = subprocess.Popen(
        ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
         f"--web.listen-address=127.0.0.1:{own_port}", "--log.level=warn"])
    try:
        while Page.complete is None:
            time.sleep(0.1)
        # Two scrapes later at least one has not timed out. With one shard samples are acknowledged in
        # their order.
        sent = 0.0
        while sent < Page.complete + 1.5:
            time.sleep(0.2)
            text = urllib.request.urlopen(f"http://127.0.0.1:{own_port}/metrics", timeout=5).read().decode()
            lost = re.findall(r"^prometheus_remote_storage_samples_failed_total\{[^}]*\} ([1-9]\S*)", text, re.M)
            if lost:
                sys.exit(f"samples were given up: {lost}")
            found = re.findall(r"^prometheus_remote_storage_queue_highest_sent_timestamp_seconds\{[^}]*\} (\S+)", text, re.M)
            sent = float(found[0]) if found else 0.0
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
