"""Runs rsyslogd with one TCP input and one omfwd action, and gives it numbered messages.

Ends once rsyslogd has forwarded all: it is stopped, and empties its queue before it goes.
"""

import os
import socket
import subprocess
import sys
import time

folder, listen, target, first, count, pace = sys.argv[1], *map(int, sys.argv[2:6]), float(sys.argv[6])
work = os.path.join(folder, "rsyslog")
os.makedirs(work, exist_ok=True)
config = os.path.join(work, "rsyslog.conf")
with open(config, "w", encoding="utf-8") as file:
    file.write(f"""
global(workDirectory="{work}")
module(load="imtcp")
input(type="imtcp" port="{listen}" address="127.0.0.1")
action(type="omfwd" target="127.0.0.1" port="{target}" protocol="tcp"
       TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"
       action.resumeRetryCount="-1" action.resumeInterval="1"
       queue.type="LinkedList" queue.size="100000" queue.timeoutShutdown="30000")
""")
daemon = subprocess.Popen(["/usr/sbin/rsyslogd", "-n", "-f", config, "-i", os.path.join(work, "pid")])
for _ in range(100):
    try:
        client = socket.create_connection(("127.0.0.1", listen))
        break
    except OSError:
        time.sleep(0.1)
for number in range(first, first + count):
    client.sendall(f"<14>Oct 11 22:14:15 host tickets[7]: record {number} taken\n".encode())
    time.sleep(pace)
client.close()
time.sleep(1)  # the input has read it all
daemon.terminate()
sys.exit(daemon.wait(60))
