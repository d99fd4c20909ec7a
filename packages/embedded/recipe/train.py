"""Trains one of the embedded models: python train.py qwen3-tiny --data DIR --out DIR --tokens 40e6

DIR of --data holds tokens-*.u16.zst: little-endian uint16 token ids, 0 between documents. The rate warms up, stays, and falls
over the last --decay share of --tokens. A run that was stopped goes on at its last checkpoint when started again with the same
--out, to the bit on one machine with one number of threads; with fewer --tokens than were planned at first, the fall
starts right there, so a run can be cut short and still end well.
"""

import argparse
import csv
import json
import time
from pathlib import Path

import numpy as np
import torch
from models import CONFIGS, Model, config_json
from safetensors.torch import save_file


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("model", choices=CONFIGS)
    p.add_argument("--data", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--tokens", type=float, required=True, help="to see in all, for example 40e6")
    p.add_argument("--decay", type=float, default=0.3, help="share of the tokens over which the rate falls")
    p.add_argument("--rate", type=float, default=3e-3)
    p.add_argument("--warmup", type=int, default=100, help="steps")
    p.add_argument("--batch", type=int, default=8, help="windows in a step")
    p.add_argument("--window", type=int, default=512)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    p.add_argument("--threads", type=int)
    p.add_argument("--save-every", type=float, default=300, help="seconds between checkpoints")
    p.add_argument("--compile", action=argparse.BooleanOptionalAction, default=True)
    return p.parse_args()


class Data:
    """Windows in an order that a step's number gives: every epoch is a new shuffle of windows with a new offset."""

    def __init__(self, folder: Path, window: int, seed: int):
        files = sorted(folder.glob("tokens-*.u16.zst"))
        if not files:
            raise SystemExit(f"{folder} has no tokens-*.u16.zst: give the folder of the training tokens with --data")
        self.tokens = np.concatenate([unpacked(file) for file in files])
        self.window, self.seed = window, seed
        self.per_epoch = (len(self.tokens) - window - 1) // window
        self.epoch, self.order = -1, None

    def batch(self, step: int, size: int) -> torch.Tensor:
        rows = [self.row(step * size + i) for i in range(size)]
        return torch.from_numpy(np.stack(rows).astype(np.int64))

    def row(self, n: int) -> np.ndarray:
        epoch, at = divmod(n, self.per_epoch)
        if epoch != self.epoch:
            rng = np.random.default_rng([self.seed, epoch])
            self.epoch, self.order, self.shift = epoch, rng.permutation(self.per_epoch), rng.integers(self.window)
        start = self.shift + self.order[at] * self.window
        return self.tokens[start : start + self.window + 1]


def unpacked(file: Path) -> np.ndarray:
    import zstandard

    with file.open("rb") as f:
        return np.frombuffer(zstandard.ZstdDecompressor().stream_reader(f).read(), dtype="<u2")


def rate_at(step: int, a, steps: int, decay_from: int) -> float:
    if step < a.warmup:
        return a.rate * (step + 1) / a.warmup
    return a.rate * min(1.0, max(0.0, (steps - step) / max(1, steps - decay_from)))


def save_model(model: Model, folder: Path) -> None:
    """The checkpoint as transformers reads it."""
    name = lambda key: key if key.startswith("lm_head.") else f"model.{key}"
    tensors = {name(k): v.detach().to("cpu", torch.bfloat16).contiguous() for k, v in model.named_parameters()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config_json(model.c), indent=2, sort_keys=True) + "\n")


def main() -> None:
    a = arguments()
    if a.threads:
        torch.set_num_threads(a.threads)
    a.out.mkdir(parents=True, exist_ok=True)
    model = Model(CONFIGS[a.model], a.seed).to(a.device)
    decayed = [p for p in model.parameters() if p.dim() >= 2]
    rest = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=a.rate, betas=(0.9, 0.95), eps=1e-10, fused=True)
    data = Data(a.data, a.window, a.seed)
    state_file, log_file = a.out / "state.pt", a.out / "loss.csv"
    step, log = 0, []
    if state_file.exists():
        state = torch.load(state_file, map_location=a.device)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step, log = state["step"], state["log"]
    per_step = a.batch * a.window
    steps = round(a.tokens / per_step)
    decay_from = max(step, round(steps * (1 - a.decay)))
    print(f"{sum(p.numel() for p in model.parameters()) / 1e6:.2f} M parameters, steps {step} to {steps}", flush=True)
    if a.compile:
        model.compile_parts()
    total, seen_at, saved, started = 0.0, step, time.time(), time.time()
    while step < steps:
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, a, steps, decay_from)
        ids = data.batch(step, a.batch).to(a.device)
        with torch.autocast(a.device, dtype=torch.bfloat16):
            loss, balance = model.loss(ids)
        (loss + 0.01 * balance).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        total += loss.item()
        step += 1
        if step % 20 == 0 or step == steps:
            log.append([step * per_step, round(total / (step - seen_at), 4)])
            speed = (step - seen_at) * per_step / (time.time() - started)
            left = (steps - step) * per_step / speed / 60
            print(f"{step}/{steps} {log[-1][0] / 1e6:.2f} M tokens, loss {log[-1][1]}, {speed:.0f} tokens/s, {left:.0f} min", flush=True)
            total, seen_at, started = 0.0, step, time.time()
            # Nothing is kept of the falling phase: from the last checkpoint before it, a longer run can still follow.
            if step <= decay_from and time.time() - saved > a.save_every:
                state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "log": log}
                torch.save(state, state_file.with_suffix(".new"))
                state_file.with_suffix(".new").replace(state_file)
                saved = time.time()
    save_model(model, a.out)
    with log_file.open("w", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows([["tokens", "loss"], *log])


if __name__ == "__main__":
    main()
