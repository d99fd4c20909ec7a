"""Perplexity by transformers, float32 arithmetic: python check.py CHECKPOINT TEXT [--window 512] [--windows N]

The other side of `exp eval CHECKPOINT --text TEXT`: windows one after another, the tail dropped. Also says how far
models.py, which trained the checkpoint, is from transformers on the first window.
"""

import argparse
import math
from pathlib import Path

import torch
from models import CONFIGS, Model
from safetensors.torch import load_file
from torch.nn import functional as F
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
p.add_argument("checkpoint", type=Path)
p.add_argument("text", type=Path)
p.add_argument("--window", type=int, default=512)
p.add_argument("--windows", type=int)
a = p.parse_args()

reference = AutoModelForCausalLM.from_pretrained(a.checkpoint, dtype=torch.float32, attn_implementation="eager").eval()
tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(a.checkpoint / "tokenizer.json"))
ids = torch.tensor(tokenizer(a.text.read_text(), add_special_tokens=False).input_ids)
windows = ids[: len(ids) // a.window * a.window].view(-1, a.window)[: a.windows]

ours = Model(next(c for c in CONFIGS.values() if c.model_type == reference.config.model_type), 0)
weights = load_file(a.checkpoint / "model.safetensors")
ours.load_state_dict({name.removeprefix("model."): w.float() for name, w in weights.items()})

losses = []
with torch.no_grad():
    for window in windows.split(4):
        logits = reference(window).logits[:, :-1]
        losses.append(F.cross_entropy(logits.flatten(0, 1), window[:, 1:].flatten(), reduction="none").view(len(window), -1))
    first = ours.loss(windows[:1])[0].item()
losses = torch.cat(losses).double()
print(f"perplexity {math.exp(losses.mean()):.4f} over {len(windows)} windows of {a.window} tokens")
print(f"models.py against transformers, loss of the first window: {abs(first - losses[0].mean().item()):.1e} apart")
