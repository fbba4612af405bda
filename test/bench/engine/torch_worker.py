"""One contender of the engine benchmark: PyTorch. `torch_worker.py <eager|frozen|compiled> <threads>`.

The networks have the layers of keras.applications; weights are random.
"""

import sys

import torch
from answer_tasks import answer_tasks
from torch import nn

MODE, THREADS = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(THREADS)
torch.manual_seed(1)


class Swish(nn.SiLU):
    def __init__(self):
        super().__init__(inplace=True)


def unit(cin, cout, kernel, stride=1, groups=1, act=None):
    layers = [nn.Conv2d(cin, cout, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(cout)]
    return nn.Sequential(*layers, *([act()] if act else []))


class Residual(nn.Module):
    def __init__(self, body, shortcut=None, relu=False):
        super().__init__()
        self.body, self.shortcut, self.relu = body, shortcut, relu

    def forward(self, x):
        y = self.body(x) + (x if self.shortcut is None else self.shortcut(x))
        return torch.relu(y) if self.relu else y


class Gate(nn.Module):
    def __init__(self, channels, squeezed):
        super().__init__()
        self.squeeze, self.excite, self.act = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1), Swish()

    def forward(self, x):
        gate = self.act(self.squeeze(x.mean((2, 3), keepdim=True)))
        return x * torch.sigmoid(self.excite(gate))


def resnet50():
    layers, channels = [unit(3, 64, 7, 2, act=nn.ReLU), nn.MaxPool2d(3, 2, 1)], 64
    for stage, (width, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)]):
        for block in range(blocks):
            stride = 2 if block == 0 and stage > 0 else 1
            body = nn.Sequential(
                unit(channels, width, 1, stride, act=nn.ReLU), unit(width, width, 3, act=nn.ReLU), unit(width, width * 4, 1)
            )
            layers.append(Residual(body, unit(channels, width * 4, 1, stride) if block == 0 else None, relu=True))
            channels = width * 4
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def mobilenetv2():
    layers, channels = [unit(3, 32, 3, 2, act=nn.ReLU6)], 32
    for expand, width, blocks, first in [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ]:
        for block in range(blocks):
            stride, hidden = first if block == 0 else 1, channels * expand
            body = nn.Sequential(
                *([] if expand == 1 else [unit(channels, hidden, 1, act=nn.ReLU6)]),
                unit(hidden, hidden, 3, stride, hidden, nn.ReLU6),
                unit(hidden, width, 1),
            )
            layers.append(Residual(body) if stride == 1 and channels == width else body)
            channels = width
    return nn.Sequential(*layers, unit(channels, 1280, 1, act=nn.ReLU6), nn.AdaptiveAvgPool2d(1), nn.Flatten())


def efficientnetb3():
    layers, channels = [unit(3, 40, 3, 2, act=Swish)], 40
    for expand, width, blocks, first, kernel in [
        (1, 24, 2, 1, 3), (6, 32, 3, 2, 3), (6, 48, 3, 2, 5), (6, 96, 5, 2, 3), (6, 136, 5, 1, 5), (6, 232, 6, 2, 5), (6, 384, 2, 1, 3),
    ]:
        for block in range(blocks):
            stride, hidden = first if block == 0 else 1, channels * expand
            body = nn.Sequential(
                *([] if expand == 1 else [unit(channels, hidden, 1, act=Swish)]),
                unit(hidden, hidden, kernel, stride, hidden, Swish),
                Gate(hidden, max(1, channels // 4)),
                unit(hidden, width, 1),
            )
            layers.append(Residual(body) if stride == 1 and channels == width else body)
            channels = width
    return nn.Sequential(*layers, unit(channels, 1536, 1, act=Swish), nn.AdaptiveAvgPool2d(1), nn.Flatten())


def scratch_cnn():
    layers, channels = [], 3
    for i, filters in enumerate([4, 8, 16, 32]):
        layers += [nn.Conv2d(channels, filters, 4, padding="same"), nn.BatchNorm2d(filters, eps=1e-3), nn.ReLU()]
        layers += [nn.MaxPool2d(2, ceil_mode=True)] if i < 3 else []
        channels = filters
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 20)]
    return nn.Sequential(*layers, *head)


def predict_runner(task):
    net = {"resnet50": resnet50, "mobilenetv2": mobilenetv2, "efficientnetb3": efficientnetb3}[task["net"]]().eval()
    net = net.to(memory_format=torch.channels_last)
    shape = (task["batch"], 3, task["size"], task["size"])
    inputs = [torch.rand(shape).to(memory_format=torch.channels_last) for _ in range(3)]
    if MODE == "frozen":
        with torch.no_grad():
            net = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(net, inputs[0])))
    if MODE == "compiled":
        net = torch.compile(net)

    def run(batches):
        with torch.inference_mode():
            for i in range(batches):
                net(inputs[i % 3])

    return run


def train_runner(task):
    if MODE == "frozen":
        raise ValueError("a frozen graph does not train")
    net = scratch_cnn().to(memory_format=torch.channels_last).train()
    optimizer, loss = torch.optim.Adam(net.parameters(), 1e-3), nn.CrossEntropyLoss()
    if MODE == "compiled":
        net = torch.compile(net)
    images = [torch.rand(task["batch"], 3, task["size"], task["size"]).to(memory_format=torch.channels_last) for _ in range(4)]
    labels = [torch.randint(0, 20, (task["batch"],)) for _ in range(4)]

    def run(batches):
        for i in range(batches):
            optimizer.zero_grad()
            loss(net(images[i % 4]), labels[i % 4]).backward()
            optimizer.step()

    return run


answer_tasks(
    f"torch {torch.__version__} {MODE}, channels_last, {THREADS} threads",
    lambda task: (train_runner if task["net"] == "scratch-cnn" else predict_runner)(task),
)
