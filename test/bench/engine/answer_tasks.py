"""What the Python contenders of the engine benchmark share: tasks come as JSON lines, answers go as JSON lines."""

import json
import sys
import time


def answer_tasks(description, make_runner):
    """Answers each task on stdin with the milliseconds per batch. `make_runner(task)` gives `run(batches)`, once per net and size."""
    print(json.dumps({"ready": description}), flush=True)
    runners = {}
    for line in sys.stdin:
        task = json.loads(line)
        key = f"{task['net']}@{task['size']}"
        try:
            if key not in runners:
                runners[key] = make_runner(task)
            start = time.perf_counter()
            runners[key](task["batches"])
            print(json.dumps({"ms": (time.perf_counter() - start) * 1000 / task["batches"]}), flush=True)
        except Exception as error:
            print(json.dumps({"error": str(error)[:300]}), flush=True)
