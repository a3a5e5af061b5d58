"""Talks to the stand-in for Bedrock as AWS's own SDK does; prints what came back as JSON."""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint = sys.argv[1]
TOOL = {
    "toolSpec": {
        "name": "report",
        "description": "Return the analysis",
        "inputSchema": {
            "json": {
                "type": "object",
                "properties": {"suspect": {"type": "string", "enum": ["chg:1", "none"]}},
                "required": ["suspect"],
            }
        },
    }
}


def client(secret="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLE", token=None):
    return boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(retries={"max_attempts": 0}),
    )


def request(model):
    return {
        "modelId": model,
        "system": [{"text": "You explain incidents."}, {"cachePoint": {"type": "default"}}],
        "messages": [{"role": "user", "content": [{"text": "[inc:1] <<checkout fails now>>\n[chg:1] <<deploy of it>>"}]}],
        "inferenceConfig": {"maxTokens": 500, "temperature": 0},
        "toolConfig": {"tools": [TOOL], "toolChoice": {"tool": {"name": "report"}}},
        "requestMetadata": {"service": "checkout"},
    }


out = {"converse": [], "stream": ""}
for model in [
    "us.amazon.nova-pro-v1:0",
    "us.anthropic.claude-sonnet-4-6",
    "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-pro-v1:0",
]:
    reply = client().converse(**request(model))
    out["converse"].append([reply["stopReason"], reply["output"]["message"]["content"][0]["toolUse"]["input"]["suspect"]])
for event in client().converse_stream(**request("us.amazon.nova-pro-v1:0"))["stream"]:
    delta = event.get("contentBlockDelta", {}).get("delta", {})
    out["stream"] += delta.get("toolUse", {}).get("input", "")
    if "metadata" in event:
        out["usage"] = event["metadata"]["usage"]
    if "messageStop" in event:
        out["stop"] = event["messageStop"]["stopReason"]
try:
    client(secret="wrong").converse(**request("m"))
except ClientError as error:
    out["refused"] = error.response["Error"]["Code"]
print(json.dumps(out))
