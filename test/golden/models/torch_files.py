"""Small PyTorch checkpoints, good and hostile, for the reader that runs nothing (torch 2.13).

    /tmp/torch/bin/python test/golden/models/torch_files.py   # rewrites small-*.pth, hostile.pth, module.pth here
"""

import collections
import os
import pathlib

import torch

HERE = pathlib.Path(__file__).parent


class Hostile:
    def __reduce__(self):
        return os.system, ("echo this must never run",)


def main():
    weight = (torch.arange(24, dtype=torch.float32) / 8).reshape(2, 3, 4)
    state = collections.OrderedDict()
    state["block.conv.weight"] = weight
    state["block.conv.bias"] = weight.reshape(-1)[4:13:4]
    state["block.transposed"] = weight.permute(2, 1, 0)
    state["fc.half"] = torch.tensor([1, -2.5, 1 / 3], dtype=torch.float16)
    state["fc.num_batches_tracked"] = torch.tensor(7)
    torch.save(state, HERE / "small-stream.pth", _use_new_zipfile_serialization=False)
    torch.save(state, HERE / "small-zip.pth")
    torch.save({"weight": Hostile()}, HERE / "hostile.pth", _use_new_zipfile_serialization=False)
    torch.save(torch.nn.Linear(2, 2), HERE / "module.pth", _use_new_zipfile_serialization=False)


if __name__ == "__main__":
    main()
