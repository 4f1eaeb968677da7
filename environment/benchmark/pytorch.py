"""The benchmark's work in plain PyTorch, to compare environment/bench with on one machine:

    bash -c 'source environment/tools.sh && exec python3 environment/benchmark/pytorch.py'
    environment/bench --against build/benchmark-pytorch

The first line gives it environment/bench's settings of threads and memory. It needs a Python with
PyTorch 1.13 or newer, which LipKit itself does not; --help lists its options. The step is tuned by
hand: channels-last images, blocks of one shape as the groups of one convolution in the power
iteration, a cheap MinMax, weights cast once for each step. As environment/bench does, it leaves
mixed precision out where that is no faster. It writes speed.csv and speed.json as
environment/bench does, by default to build/benchmark-pytorch. "floor" is the plain work here.
"""

import argparse
import csv
import datetime
import json
import os
import pathlib
import platform
import statistics
import time

import torch
import torch.nn.functional as F

ROUNDS = {"2C2F": 60, "LiResNet L6 W64": 20, "LiResNet L12 W128": 5}
SETTINGS = ("OMP_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "GLIBC_TUNABLES")
RADIUS = 0.1
FLOOR = 0.01


def parameter(*shape):
    """A weight with the variance 1 / inputs, or a bias of zeros if it has one axis."""
    if len(shape) == 1:
        return torch.zeros(shape, requires_grad=True)
    inputs = torch.Size(shape[1:]).numel()
    return (torch.randn(shape) / inputs**0.5).requires_grad_()


class Conv:
    """A convolution; a residual one adds its input inside the kernel."""

    def __init__(self, outputs, inputs, kernel, stride, padding, side, scale=None):
        self.weight = parameter(outputs, inputs, kernel, kernel)
        self.bias = parameter(outputs)
        self.stride, self.padding, self.scale = stride, padding, scale
        self.parameters = [self.weight, self.bias]
        self.vector = torch.randn(1, inputs, side, side)
        if scale is not None:
            self.affine = torch.ones(outputs, 1, 1, 1, requires_grad=True)
            self.parameters.append(self.affine)
            self.identity = torch.zeros(outputs, inputs, kernel, kernel)
            self.identity[range(outputs), range(inputs), kernel // 2, kernel // 2] = 1

    def kernel(self):
        if self.scale is None:
            return self.weight
        return self.identity + self.scale * self.affine * self.weight

    def __call__(self, x):
        weight, bias = self.kernel().to(x.dtype), self.bias.to(x.dtype)
        return F.conv2d(x, weight, bias, self.stride, self.padding)


class Linear:
    def __init__(self, outputs, inputs, normalised=False):
        self.weight, self.bias = parameter(outputs, inputs), parameter(outputs)
        self.parameters = [self.weight, self.bias]
        self.normalised = normalised
        self.vector = torch.randn(1, inputs)

    def kernel(self):
        return F.normalize(self.weight) if self.normalised else self.weight

    def __call__(self, x):
        return F.linear(x, self.kernel().to(x.dtype), self.bias.to(x.dtype))


def min_max(x):
    a, b = x.chunk(2, 1)
    excess = F.relu(b - a)
    return torch.cat((excess, -excess), 1) + x


class Network:
    def __init__(self, name):
        if name == "2C2F":
            self.images = (1, 28, 28)
            self.convs = [Conv(16, 1, 4, 2, 1, 28), Conv(32, 16, 4, 2, 1, 14)]
            self.hidden, features = Linear(100, 32 * 49), 100
        else:
            depth, width = (int(word[1:]) for word in name.split()[1:])
            self.images = (3, 32, 32)
            self.convs = [Conv(width, 3, 5, 2, 2, 32)]
            self.convs += [Conv(width, width, 3, 1, 1, 16, depth**-0.5) for _ in range(depth)]
            self.convs.append(Conv(2 * width, width, 4, 4, 0, 16))
            self.hidden, features = Linear(512, 2 * width * 16), 512
        self.head = Linear(10, features, normalised=True)
        layers = [*self.convs, self.hidden, self.head]
        parameters = [p for layer in layers for p in layer.parameters]
        self.optimizer = torch.optim.AdamW(parameters, 1e-6, weight_decay=1e-4, foreach=True)

    def __call__(self, x):
        x = x - 0.5
        for conv in self.convs:
            x = min_max(conv(x))
        x = min_max(self.hidden(x.contiguous().flatten(1)))
        return self.head(x.float())

    def margin_constants(self, iterations):
        """K_ji of all pairs: the product of the norms below the head, times ||w_j - w_i||."""
        alike = {}
        for conv in self.convs:
            shape = (conv.weight.shape, conv.stride, conv.padding, conv.vector.shape)
            alike.setdefault(shape, []).append(conv)
        constant = self.norm_of_matrix(iterations)
        for convs in alike.values():
            constant = constant * norms(convs, iterations).prod()
        rows = self.head.kernel()
        apart = (rows[:, None] - rows[None]).square().sum(2)
        return constant * apart.clamp(min=1e-30).sqrt()

    def norm_of_matrix(self, iterations):
        weight, v = self.hidden.weight, self.hidden.vector
        with torch.no_grad():
            for _ in range(iterations):
                v = F.normalize(v @ weight.t() @ weight)
            self.hidden.vector = v
        return (v @ weight.t()).norm()


def norms(convs, iterations):
    """The norms of convolutions of one shape, as the groups of one."""
    first, groups = convs[0], len(convs)
    weight = torch.cat([conv.kernel() for conv in convs])
    v = torch.cat([conv.vector for conv in convs], 1)
    apart = (groups, -1, *v.shape[2:])
    settings = {"stride": first.stride, "padding": first.padding, "groups": groups}
    rest = (v.shape[2] + 2 * first.padding - weight.shape[2]) % first.stride
    with torch.no_grad():
        for _ in range(iterations):
            y = F.conv2d(v, weight, **settings)
            v = F.conv_transpose2d(y, weight, output_padding=rest, **settings).reshape(apart)
            v = (v / v.flatten(1).norm(dim=1).reshape(-1, 1, 1, 1)).reshape(1, -1, *v.shape[2:])
        for conv, vector in zip(convs, v.chunk(groups, 1)):
            conv.vector = vector
    return F.conv2d(v, weight, **settings).reshape(groups, -1).norm(dim=1)


def emma(logits, labels, constants):
    apart = logits - logits.gather(1, labels[:, None])
    worst = RADIUS * constants[labels]
    penalty = (-apart / worst.clamp(min=1e-30)).detach().clamp(FLOOR, 1)
    return F.cross_entropy(apart + penalty * worst, labels)


def step(network, x, labels, iterations):
    network.optimizer.zero_grad(set_to_none=True)
    logits = network(x)
    if iterations:
        loss = emma(logits, labels, network.margin_constants(iterations))
    else:
        loss = F.cross_entropy(logits, labels)
    loss.backward()
    network.optimizer.step()
    return loss.item()


@torch.no_grad()
def forward(network, x):
    return network(x).sum().item()


@torch.no_grad()
def certify(network, x, constants):
    logits = network(x)
    best, winner = logits.max(1)
    margins = (best[:, None] - logits) / constants[winner].clamp(min=1e-30)
    return margins.scatter(1, winner[:, None], torch.inf).amin(1).tolist()


@torch.no_grad()
def bound(network):
    return network.margin_constants(10).sum().item()


def bfloat16_pays():
    """Whether a convolution is faster in bfloat16 than in float32, forward and backward. As in
    LipKit's BFloat16Speed, the second one needs the gradient of its input too."""
    seconds = {torch.float32: [], torch.bfloat16: []}
    for _ in range(8):
        for kind, found in seconds.items():
            x = torch.rand(16, 64, 16, 16, dtype=kind).to(memory_format=torch.channels_last)
            weight = torch.rand(64, 64, 3, 3, dtype=kind, requires_grad=True)
            started = time.perf_counter()
            F.conv2d(F.conv2d(x, weight, padding=1), weight, padding=1).sum().backward()
            found.append(time.perf_counter() - started)
    return min(seconds[torch.bfloat16]) < min(seconds[torch.float32])


def work(network, batch, bfloat16):
    """What is timed: (precision, name, what it is compared with, function). As in environment/bench,
    each call lays the batch out and, in mixed precision, converts it."""
    pixels = torch.rand(batch, *network.images)
    labels = torch.randint(10, (batch,))
    constants = network.margin_constants(10).detach()

    def images(kind):
        return pixels.to(dtype=kind, memory_format=torch.channels_last)

    precisions = {"float32": torch.float32}
    if bfloat16:
        precisions["mixed"] = torch.bfloat16
    for precision, kind in precisions.items():
        for name, count in (("PLAIN_STEP", 0), ("CERTIFIED_STEP_1", 1), ("CERTIFIED_STEP_10", 10)):
            run = lambda k=kind, c=count: step(network, images(k), labels, c)
            yield precision, name, "PLAIN_STEP", run
    yield "float32", "FORWARD", "FORWARD", lambda: forward(network, images(torch.float32))
    yield "float32", "CERTIFY", "FORWARD", lambda: certify(network, images(torch.float32), constants)
    yield "float32", "BOUND_10", "PLAIN_STEP", lambda: bound(network)


def measure(name, quick, bfloat16):
    """One row per kind of work; rounds in which each is done twice, the second time by the clock."""
    batch, rounds = (32, 3) if quick else (256, ROUNDS[name])
    tasks = list(work(Network(name), batch, bfloat16))
    seconds = {task[:2]: [] for task in tasks}
    for _ in range(rounds):
        for precision, what, _, run in tasks:
            run()
            started = time.perf_counter()
            run()
            seconds[precision, what].append(time.perf_counter() - started)
    for precision, what, plain, _ in tasks:
        found = seconds[precision, what]
        ratio = statistics.median(a / b for a, b in zip(found, seconds[precision, plain]))
        yield {
            "network": name,
            "batch": batch,
            "precision": precision,
            "what": what,
            "times": rounds,
            "ms": 1000 * statistics.mean(found),
            "error_ms": "",
            "ratio_to_plain": ratio,
            "ratio_to_floor": ratio,
            "peak_mib": "",
        }


def machine(bfloat16):
    """What environment/bench writes of the machine, as far as it applies to Python."""
    processor = platform.processor() or platform.machine()
    cpus = pathlib.Path("/proc/cpuinfo")
    if cpus.exists():
        lines = cpus.read_text().splitlines()
        names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
        processor = names[0] if names else processor
    kind = {"x86_64": "amd64"}.get(platform.machine(), platform.machine())
    return {name: os.environ[name] for name in SETTINGS if name in os.environ} | {
        "processor": processor,
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {kind}",
        "bfloat16": "yes" if bfloat16 else "no",
        "engine": f"PyTorch {torch.__version__} in Python, threads: {torch.get_num_threads()}",
    }


def main():
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--quick", action="store_true", help="small batches and few rounds")
    arguments.add_argument("--network", choices=ROUNDS, action="append", help="only this one")
    arguments.add_argument("--folder", type=pathlib.Path, default="build/benchmark-pytorch")
    given = arguments.parse_args()
    torch.manual_seed(1)
    bfloat16 = bfloat16_pays()
    if not bfloat16:
        print("Only float32: training in bfloat16 is no faster on this machine.")
    rows = []
    for name in given.network or ROUNDS:
        print(name)
        for row in measure(name, given.quick, bfloat16):
            print(f"  {row['precision']:8} {row['what']:18} {row['ms']:9.1f} ms,"
                  f" {row['ratio_to_plain']:6.3f} x plain")
            rows.append(row)
    given.folder.mkdir(parents=True, exist_ok=True)
    with open(given.folder / "speed.csv", "w", newline="") as file:
        table = csv.DictWriter(file, rows[0], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = {"environment": machine(bfloat16), "gitCommit": "unknown", "finished": now}
    (given.folder / "speed.json").write_text(json.dumps(about, indent=2) + "\n")
    print(f"Written to {given.folder}")


if __name__ == "__main__":
    main()
