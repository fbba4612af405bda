"""An S3 server for tests: Moto's, over HTTP, with signatures checked. Needs moto[s3]>=5.2.5, flask and flask-cors.

Prints one line of JSON (address and credentials of a person who may do everything with S3, and of one who may do
nothing) and serves until its input ends.
"""

import json
import logging
import sys
import urllib.request

import boto3
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
_, port = server.get_host_and_port()
url = f"http://127.0.0.1:{port}"
iam = boto3.client(
    "iam", endpoint_url=url, region_name="us-east-1", aws_access_key_id="root", aws_secret_access_key="root"
)


def person(name, *actions):
    iam.create_user(UserName=name)
    if actions:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="photos", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


answer = {"url": url, "owner": person("owner", "s3:*"), "stranger": person("stranger")}
# from now on each request must be signed by somebody who may
urllib.request.urlopen(
    urllib.request.Request(
        f"{url}/moto-api/reset-auth", data=b"0", method="POST", headers={"Content-Type": "text/plain"}
    )
)
print(json.dumps(answer), flush=True)
sys.stdin.read()
