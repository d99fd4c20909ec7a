"""The two embedded models as plain PyTorch modules, with the parameter names and the arithmetic of transformers.

Kept apart from transformers' own classes for speed alone: experts run as batched products over tokens sorted by expert, and
everything else compiles. `check.py` proves that transformers computes the same losses from the saved checkpoints.
"""

from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Qwen3:
    """Fields of transformers' Qwen3Config.

    Wide embeddings over few layers: what is quantized then sees many tokens per parameter, and that decides how much it hurts.
    """

    hidden_size: int = 384
    num_hidden_layers: int = 4
    num_attention_heads: int = 6
    num_key_value_heads: int = 2
    head_dim: int = 64
    intermediate_size: int = 640
    vocab_size: int = 8192
    max_position_embeddings: int = 512
    rms_norm_eps: float = 1e-6
    rope_theta: float = 10000.0
    tie_word_embeddings: bool = False
    model_type: str = "qwen3"
    architecture: str = "Qwen3ForCausalLM"

    @property
    def rope_dim(self) -> int:
        return self.head_dim


@dataclass(frozen=True)
class DeepseekV2:
    """Fields of transformers' DeepseekV2Config: latent attention, one dense layer, then experts chosen within groups."""

    hidden_size: int = 384
    num_hidden_layers: int = 3
    num_attention_heads: int = 4
    q_lora_rank: int = 128
    kv_lora_rank: int = 128
    qk_nope_head_dim: int = 64
    qk_rope_head_dim: int = 32
    v_head_dim: int = 64
    intermediate_size: int = 384
    moe_intermediate_size: int = 128
    n_routed_experts: int = 6
    n_shared_experts: int = 1
    num_experts_per_tok: int = 2
    n_group: int = 3
    topk_group: int = 2
    first_k_dense_replace: int = 1
    routed_scaling_factor: float = 1.0
    norm_topk_prob: bool = False
    topk_method: str = "group_limited_greedy"
    vocab_size: int = 8192
    max_position_embeddings: int = 512
    rms_norm_eps: float = 1e-6
    rope_theta: float = 10000.0
    tie_word_embeddings: bool = False
    model_type: str = "deepseek_v2"
    architecture: str = "DeepseekV2ForCausalLM"

    @property
    def rope_dim(self) -> int:
        return self.qk_rope_head_dim


CONFIGS = {"qwen3-tiny": Qwen3(), "deepseek-tiny": DeepseekV2()}


def config_json(config: Qwen3 | DeepseekV2) -> dict:
    """config.json of the checkpoint."""
    fields = asdict(config)
    theta = fields.pop("rope_theta")
    return {
        "architectures": [fields.pop("architecture")],
        **fields,
        "attention_bias": False,
        "bos_token_id": 0,
        "dtype": "bfloat16",
        "eos_token_id": 0,
        "hidden_act": "silu",
        "initializer_range": 0.02,
        "rope_parameters": {"rope_theta": theta, "rope_type": "default"},
        **({"num_key_value_heads": config.num_attention_heads} if config.model_type == "deepseek_v2" else {}),
    }


class Norm(nn.Module):
    def __init__(self, width: int, eps: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.eps = eps

    def forward(self, x):
        return F.rms_norm(x.float(), (x.shape[-1],), self.weight, self.eps).to(x.dtype)


def linear(inputs: int, outputs: int) -> nn.Linear:
    return nn.Linear(inputs, outputs, bias=False)


class Mlp(nn.Module):
    def __init__(self, width: int, inner: int):
        super().__init__()
        self.gate_proj, self.up_proj, self.down_proj = linear(width, inner), linear(width, inner), linear(inner, width)

    def forward(self, x):
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Qwen3Attention(nn.Module):
    def __init__(self, c: Qwen3):
        super().__init__()
        self.c = c
        self.q_proj = linear(c.hidden_size, c.num_attention_heads * c.head_dim)
        self.k_proj = linear(c.hidden_size, c.num_key_value_heads * c.head_dim)
        self.v_proj = linear(c.hidden_size, c.num_key_value_heads * c.head_dim)
        self.o_proj = linear(c.num_attention_heads * c.head_dim, c.hidden_size)
        self.q_norm, self.k_norm = Norm(c.head_dim, c.rms_norm_eps), Norm(c.head_dim, c.rms_norm_eps)

    def forward(self, x, rope):
        b, n, _ = x.shape
        heads = lambda y: y.view(b, n, -1, self.c.head_dim)
        q = rotate_halves(self.q_norm(heads(self.q_proj(x))).transpose(1, 2), rope)
        k = rotate_halves(self.k_norm(heads(self.k_proj(x))).transpose(1, 2), rope)
        v = heads(self.v_proj(x)).transpose(1, 2)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        return self.o_proj(y.transpose(1, 2).reshape(b, n, -1))


class LatentAttention(nn.Module):
    def __init__(self, c: DeepseekV2):
        super().__init__()
        self.c = c
        heads, query = c.num_attention_heads, c.qk_nope_head_dim + c.qk_rope_head_dim
        self.q_a_proj, self.q_a_layernorm = linear(c.hidden_size, c.q_lora_rank), Norm(c.q_lora_rank, c.rms_norm_eps)
        self.q_b_proj = linear(c.q_lora_rank, heads * query)
        self.kv_a_proj_with_mqa = linear(c.hidden_size, c.kv_lora_rank + c.qk_rope_head_dim)
        self.kv_a_layernorm = Norm(c.kv_lora_rank, c.rms_norm_eps)
        self.kv_b_proj = linear(c.kv_lora_rank, heads * (c.qk_nope_head_dim + c.v_head_dim))
        self.o_proj = linear(heads * c.v_head_dim, c.hidden_size)

    def forward(self, x, rope):
        c, (b, n, _) = self.c, x.shape
        q = self.q_b_proj(self.q_a_layernorm(self.q_a_proj(x))).view(b, n, c.num_attention_heads, -1).transpose(1, 2)
        q_nope, q_rope = q.split([c.qk_nope_head_dim, c.qk_rope_head_dim], -1)
        latent, k_rope = self.kv_a_proj_with_mqa(x).split([c.kv_lora_rank, c.qk_rope_head_dim], -1)
        kv = self.kv_b_proj(self.kv_a_layernorm(latent)).view(b, n, c.num_attention_heads, -1).transpose(1, 2)
        k_nope, v = kv.split([c.qk_nope_head_dim, c.v_head_dim], -1)
        k_rope = rotate_pairs(k_rope.unsqueeze(1), rope).expand(-1, c.num_attention_heads, -1, -1)
        q = torch.cat([q_nope, rotate_pairs(q_rope, rope)], -1)
        k = torch.cat([k_nope, k_rope], -1)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.o_proj(y.transpose(1, 2).reshape(b, n, -1))


class Experts(nn.Module):
    """Shared experts, and routed ones chosen within the best groups (DeepSeek-V2, section 2.2.1)."""

    def __init__(self, c: DeepseekV2):
        super().__init__()
        self.c = c
        self.gate = linear(c.hidden_size, c.n_routed_experts)
        self.experts = nn.ModuleList(Mlp(c.hidden_size, c.moe_intermediate_size) for _ in range(c.n_routed_experts))
        self.shared_experts = Mlp(c.hidden_size, c.moe_intermediate_size * c.n_shared_experts)
        self.balance = torch.zeros(())

    def forward(self, x):
        c, flat = self.c, x.flatten(0, 1)
        with torch.autocast(x.device.type, enabled=False):
            scores = F.linear(flat.float(), self.gate.weight.float()).softmax(-1)
        grouped = scores.unflatten(-1, (c.n_group, -1))
        best = grouped.amax(-1).topk(c.topk_group, -1).indices
        allowed = torch.zeros_like(grouped[..., 0]).scatter_(1, best, 1.0).unsqueeze(-1).expand_as(grouped).flatten(1)
        weight, chosen = scores.masked_fill(allowed == 0, 0.0).topk(c.num_experts_per_tok, -1)
        load = F.one_hot(chosen, c.n_routed_experts).float().sum(1).mean(0) / c.num_experts_per_tok
        self.balance = c.n_routed_experts * (load * scores.mean(0)).sum()
        # Sorted by expert, so that each runs once over its own tokens.
        order = chosen.flatten().argsort(stable=True)
        counts = chosen.flatten().bincount(minlength=c.n_routed_experts).tolist()
        token = order // c.num_experts_per_tok
        parts = flat[token].split(counts)
        out = torch.cat([run_padded(expert, part) for expert, part in zip(self.experts, parts) if len(part)])
        routed = torch.zeros_like(flat, dtype=torch.float32)
        routed = routed.index_add(0, token, out.float() * weight.flatten()[order, None])
        return (routed * c.routed_scaling_factor).to(x.dtype).view_as(x) + self.shared_experts(x)


def run_padded(expert: Mlp, tokens):
    """Rows of zeros are added up to a multiple of 128: a processor's products are made anew for every new shape."""
    return expert(F.pad(tokens, (0, 0, 0, -len(tokens) % 128)))[: len(tokens)]


class Block(nn.Module):
    def __init__(self, c, index: int):
        super().__init__()
        self.input_layernorm = Norm(c.hidden_size, c.rms_norm_eps)
        self.post_attention_layernorm = Norm(c.hidden_size, c.rms_norm_eps)
        if isinstance(c, Qwen3):
            self.self_attn, self.mlp = Qwen3Attention(c), Mlp(c.hidden_size, c.intermediate_size)
        else:
            self.self_attn = LatentAttention(c)
            self.mlp = Mlp(c.hidden_size, c.intermediate_size) if index < c.first_k_dense_replace else Experts(c)

    def forward(self, x, rope):
        x = x + self.self_attn(self.input_layernorm(x), rope)
        return x + self.mlp(self.post_attention_layernorm(x))


class Model(nn.Module):
    """Tokens [batch, n] -> hidden states after the last norm [batch, n, hidden]."""

    def __init__(self, c, seed: int):
        super().__init__()
        torch.manual_seed(seed)
        self.c = c
        self.embed_tokens = nn.Embedding(c.vocab_size, c.hidden_size)
        self.layers = nn.ModuleList(Block(c, index) for index in range(c.num_hidden_layers))
        self.norm = Norm(c.hidden_size, c.rms_norm_eps)
        if not c.tie_word_embeddings:
            self.lm_head = linear(c.hidden_size, c.vocab_size)
        angles = torch.arange(c.max_position_embeddings)[:, None] * c.rope_theta ** (
            -torch.arange(0, c.rope_dim, 2) / c.rope_dim
        )
        self.register_buffer("rope", torch.stack([angles.cos(), angles.sin()]), persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() < 2:
                continue
            # Layers that write into the residual stream start small, as in GPT-2.
            writes = name.endswith(("o_proj.weight", "down_proj.weight"))
            nn.init.normal_(parameter, std=0.02 / (2 * c.num_hidden_layers) ** 0.5 if writes else 0.02)

    def forward(self, ids):
        x = self.embed_tokens(ids)
        rope = self.rope[:, : ids.shape[1]]
        for layer in self.layers:
            x = layer(x, rope)
        return self.norm(x)

    def loss(self, ids):
        """Mean loss of all next tokens of ids [batch, n + 1], and the balance term of the experts."""
        loss = self.head_loss(self(ids[:, :-1]), ids[:, 1:])
        balance = [layer.mlp.balance for layer in self.layers if isinstance(layer.mlp, Experts)]
        return loss, sum(balance) / len(balance) if balance else torch.zeros(())

    def head_loss(self, x, targets):
        head = self.embed_tokens if self.c.tie_word_embeddings else self.lm_head
        logits = F.linear(x, head.weight.to(x.dtype))
        return F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())

    def compile_parts(self):
        """Compiles what a graph of fixed shapes can hold: all, or all but the experts, whose numbers of tokens vary."""
        if isinstance(self.c, Qwen3):
            self.loss = torch.compile(self.loss)
            return
        self.head_loss = torch.compile(self.head_loss)
        for layer in self.layers:
            parts = [layer.self_attn, layer.input_layernorm, layer.post_attention_layernorm]
            for part in parts + ([layer.mlp] if isinstance(layer.mlp, Mlp) else []):
                part.compile()


def rotate_halves(x, rope):
    """Rotary embedding of pairs (i, i + width / 2): Llama's and Qwen3's."""
    cos, sin = rope.to(x.dtype)
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def rotate_pairs(x, rope):
    """Rotary embedding of neighbouring pairs (2i, 2i + 1): DeepSeek's."""
    cos, sin = rope.to(x.dtype)
    a, b = x[..., 0::2], x[..., 1::2]
    return torch.stack([a * cos - b * sin, b * cos + a * sin], -1).flatten(-2)
