"""Signs the requests on standard input with botocore's signer and prints each Authorization header."""

import datetime
import json
import sys
import unittest.mock

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def authorization(row):
    now = datetime.datetime.fromtimestamp(row["time"], datetime.timezone.utc).replace(tzinfo=None)
    url = f"https://{row['host']}{row['path']}" + (f"?{row['query']}" if row["query"] else "")
    request = AWSRequest(method=row["method"], url=url, data=row["body"].encode())
    for name, value in row["headers"]:
        request.headers.add_header(name, value)
    credentials = Credentials(row["key"], row["secret"], row["token"] or None)
    signer = botocore.auth.SigV4Auth(credentials, row["service"], row["region"])
    with unittest.mock.patch.object(botocore.auth, "get_current_datetime", lambda *_: now):
        signer.add_auth(request)
    return request.headers["Authorization"]


for line in sys.stdin:
    print(authorization(json.loads(line)))
