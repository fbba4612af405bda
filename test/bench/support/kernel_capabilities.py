"""What a Jupyter kernel can do, asked through jupyter_client: one JSON object on the last line.

    python kernel_capabilities.py KERNEL SNIPPETS.json

SNIPPETS.json holds, by name, the code of this kernel's language for each question.
"""

import json
import sys
import time
from queue import Empty

from jupyter_client.manager import KernelManager

kernel, snippets = sys.argv[1], json.load(open(sys.argv[2], encoding="utf8"))
WAIT = 120


def run(client, code, answer=None, on_start=None, **options):
    """Runs code; the reply, all messages of it, seconds until the reply."""
    started = time.perf_counter()
    parent = client.execute(code, allow_stdin=answer is not None, **options)
    messages, reply, asked = [], None, False
    while time.perf_counter() - started < WAIT:
        if answer is not None:
            try:
                request = client.get_stdin_msg(timeout=0.05)
                if request["msg_type"] == "input_request":
                    asked = True
                    client.input(answer)
            except Empty:
                pass
        try:
            message = client.get_iopub_msg(timeout=0.2)
        except Empty:
            if reply is None:
                try:
                    reply = client.get_shell_msg(timeout=0.01)
                except Empty:
                    pass
            continue
        if message["parent_header"].get("msg_id") != parent:
            continue
        messages.append(message)
        kind, content = message["msg_type"], message["content"]
        if kind == "stream" and on_start and "started" in content["text"]:
            on_start()
            on_start = None
        if kind == "status" and content["execution_state"] == "idle":
            break
    seconds = time.perf_counter() - started
    while reply is None or reply["parent_header"].get("msg_id") != parent:
        reply = client.get_shell_msg(timeout=WAIT)
    return reply["content"], messages, seconds, asked


def reply_to(client, parent):
    while True:
        reply = client.get_shell_msg(timeout=WAIT)
        if reply["parent_header"].get("msg_id") == parent:
            return reply["content"]


def of(messages, kind):
    return [each["content"] for each in messages if each["msg_type"] == kind]


def text_of(messages):
    return "".join(each["text"] for each in of(messages, "stream"))


found = {}
started = time.perf_counter()
manager = KernelManager(kernel_name=kernel)
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=WAIT)
found["start, s"] = time.perf_counter() - started

_, _, found["first cell, s"], _ = run(client, snippets["first"])
times = []
for _ in range(9):
    times.append(run(client, snippets["trivial"])[2])
found["a trivial cell, ms"] = sorted(times)[len(times) // 2] * 1000

_, messages, _, _ = run(client, snippets["result"])
results = of(messages, "execute_result")
found["the last expression is a result with a number"] = bool(results) and results[0]["execution_count"] > 0
_, messages, _, _ = run(client, snippets["last_result"])
found["_ is the last result"] = "42" in json.dumps(of(messages, "execute_result")) + text_of(messages)
_, messages, _, _ = run(client, snippets["table"])
bundle = (of(messages, "execute_result") or [{"data": {}}])[0]["data"]
found["a data frame is an HTML table with a text form"] = "<table" in str(bundle.get("text/html")) and "text/plain" in bundle
_, messages, _, _ = run(client, snippets["update"])
found["a display is updated in place"] = bool(of(messages, "update_display_data"))
_, messages, _, _ = run(client, snippets["clear"])
found["outputs are cleared"] = bool(of(messages, "clear_output"))
_, messages, _, asked = run(client, snippets["input"], answer="Rex")
found["a cell asks the person"] = asked and "Rex" in text_of(messages)
reply, _, _, _ = run(client, snippets["trivial"], silent=True)
found["silent execution"] = reply["status"] == "ok"
reply, _, _, _ = run(client, "", user_expressions={"answer": snippets["expression"]})
found["user expressions"] = "42" in json.dumps(reply.get("user_expressions"))

reply, messages, _, _ = run(client, snippets["error"])
trace = "\n".join(reply.get("traceback") or [])
found["an error names its line"] = reply["status"] == "error" and snippets["error_line"] in trace
first = client.execute(snippets["error"])
second = client.execute(snippets["trivial"])
statuses = (reply_to(client, first)["status"], reply_to(client, second)["status"])
found["what is queued behind an error is aborted"] = statuses == ("error", "aborted")
first = client.execute(snippets["error"], stop_on_error=False)
second = client.execute(snippets["trivial"])
statuses = (reply_to(client, first)["status"], reply_to(client, second)["status"])
found["stop_on_error false runs on"] = statuses == ("error", "ok")

for name, key in (("member", "Tab completes members"), ("path", "Tab completes module names")):
    code = snippets[f"complete_{name}"]
    matches = reply_to(client, client.complete(code, len(code)))["matches"]
    found[key] = any(snippets[f"completes_{name}"] in match for match in matches)
code = snippets["inspect"]
content = reply_to(client, client.inspect(code, len(code)))
found["inspection shows the signature inside parentheses"] = content["found"] and snippets["inspects"] in json.dumps(content["data"])
found["unfinished code asks for more"] = reply_to(client, client.is_complete(snippets["incomplete"]))["status"] == "incomplete"
found["wrong code is said to be wrong"] = reply_to(client, client.is_complete(snippets["invalid"]))["status"] == "invalid"
history = reply_to(client, client.history(hist_access_type="tail", n=5))["history"]
found["history"] = len(history) > 0
info = reply_to(client, client.kernel_info())
found["help links"] = len(info.get("help_links") or []) > 0
found["comm_info"] = reply_to(client, client.comm_info())["status"] == "ok"

for name, key in (("busy", "interrupt of a synchronous loop"), ("waiting", "interrupt of a cell that waits")):
    moment = {}

    def stop():
        time.sleep(0.3)
        moment["at"] = time.perf_counter()
        manager.interrupt_kernel()

    reply, _, _, _ = run(client, snippets[name], on_start=stop)
    found[f"{key}, s"] = time.perf_counter() - moment["at"] if "at" in moment else None
    found[f"{key} ends it as an error"] = reply["status"] == "error"
    _, messages, _, _ = run(client, snippets["kept"])
    found[f"{key} keeps the variables"] = "42" in text_of(messages)

if "train" in snippets:
    moment = {}

    def stop_training():
        moment["at"] = time.perf_counter()
        manager.interrupt_kernel()

    run(client, snippets["train"], on_start=stop_training)
    found["interrupt of a training, s"] = time.perf_counter() - moment["at"] if "at" in moment else None

_, messages, _, _ = run(client, snippets["redeclare"])
_, messages, _, _ = run(client, snippets["redeclare"])
found["a cell with declarations runs twice"] = "again" in text_of(messages)
_, messages, _, _ = run(client, snippets["await"])
found["top-level await"] = "awaited" in text_of(messages)
_, messages, seconds, _ = run(client, snippets["lines"])
found["20,000 lines of output, s"] = seconds if text_of(messages).count("\n") == 20000 else None
reply, messages, _, _ = run(client, snippets["type_error"])
found["a type error stops a cell before it runs"] = reply["status"] == "error" and "never" not in text_of(messages)

if "import_rooms" in snippets:
    _, _, found["import of four library rooms, s"], _ = run(client, snippets["import_rooms"])

started = time.perf_counter()
client.shutdown()
while manager.is_alive() and time.perf_counter() - started < 20:
    time.sleep(0.02)
found["shutdown, s"] = time.perf_counter() - started
client.stop_channels()
manager.shutdown_kernel(now=True)
print(json.dumps(found))
