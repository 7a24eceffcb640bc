"""The whole model: attention by plain algebra, losses by PyTorch's own, and training against search."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from seq2seq.config.sections import ModelConfig
from seq2seq.corpus.subwords import END, PAD, START
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.translate.search import search

SOURCE_VOCAB, TARGET_VOCAB, EMBEDDING, HIDDEN = 17, 19, 11, 26
FEEDS = [("upper", 2), ("upper", 3), ("input", 1), ("input", 2)]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(1)


def model_of(joint: bool = False, **options: Any) -> Seq2Seq:
    """A model in float64, in evaluation, whose biases and norms are not those of the start."""
    config = ModelConfig(embedding_size=EMBEDDING, hidden_size=HIDDEN, **options)
    model = Seq2Seq(config, TARGET_VOCAB if joint else SOURCE_VOCAB, TARGET_VOCAB, joint).double().eval()
    for parameter in model.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return model


def padded(*sentences: list[int]) -> Tensor:
    width = max(map(len, sentences))
    return torch.tensor([[*sentence, *[PAD] * (width - len(sentence))] for sentence in sentences])


SOURCE = padded([9, 4, 11, 16, 4, 8, END], [5, 12, 7, END])
TARGET = padded([START, 6, 14, END], [START, 18, 6, 4, 10, END])


def softmax(scores: Tensor) -> Tensor:
    """From its definition."""
    exponentials = scores.exp()
    return exponentials / exponentials.sum(-1, keepdim=True)


# Attention is softmax(Q K^T) V with the hidden states of decoder and encoder, and nothing else


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize(("feed", "layers"), FEEDS)
def test_attention_is_softmax_of_queries_and_keys_times_values(
    feed: str, layers: int, cell: str, residual: bool
) -> None:
    """K = V = the encoder's states and Q = the decoder's: with `upper` those of its first layer, run here by the bare
    nn.LSTM or nn.GRU; with `input` those of its last, which the readout reads beside the context."""
    model = model_of(context_feed=feed, decoder_layers=layers, cell=cell, residual=residual, attention="dot")
    decoder = model.decoder
    assert not list(decoder.attention.parameters())
    read: list[Tensor] = []
    decoder.readout.register_forward_pre_hook(lambda _, inputs: read.append(inputs[0]))
    _, weights = model(SOURCE, TARGET)
    hidden, contexts = torch.cat(read, dim=1).split(HIDDEN, dim=-1)
    encoded = model.encode(SOURCE)
    queries = first_layer_states(model, cell) if feed == "upper" else hidden
    for sentence, length in enumerate((SOURCE != PAD).sum(1).tolist()):
        states = encoded.states[sentence, :length]
        expected = softmax(queries[sentence] @ states.T)
        assert torch.allclose(weights[sentence, 0, :, :length], expected)
        assert not weights[sentence, 0, :, length:].any()
        assert torch.allclose(contexts[sentence], expected @ states)
        assert len(expected.unique()) == expected.numel()  # no row or column is like another


def first_layer_states(model: Seq2Seq, cell: str) -> Tensor:
    """Of the target words alone, from the state that the bridge makes of the encoder's final one."""
    decoder, final = model.decoder, model.encode(SOURCE).final
    bridged = torch.tanh(final @ decoder.bridge.weight.T + decoder.bridge.bias)
    parts = tuple(part[None].contiguous() for part in bridged.split(HIDDEN, dim=1))
    words = decoder.embedding.weight[TARGET] * math.sqrt(EMBEDDING)
    return decoder.layers[0].rnn(words, parts[:2] if cell == "lstm" else parts[0])[0]


# Losses


@pytest.mark.parametrize("feed", ["upper", "input"])
@pytest.mark.parametrize("label_smoothing", [0.0, 0.1, 0.7])
def test_token_losses_are_the_cross_entropy_of_pytorch(label_smoothing: float, feed: str) -> None:
    model = model_of(context_feed=feed)
    losses, nll = model.token_losses(SOURCE, TARGET, label_smoothing)
    logits, labels = model.logits(model(SOURCE, TARGET[:, :-1])[0]), TARGET[:, 1:]
    options: dict[str, Any] = {"ignore_index": PAD, "reduction": "none"}
    rows = logits.flatten(0, 1), labels.flatten()
    real = labels.flatten() != PAD
    expected = functional.cross_entropy(*rows, label_smoothing=label_smoothing, **options)
    assert torch.allclose(losses, expected[real], atol=1e-5)
    assert torch.allclose(nll, functional.cross_entropy(*rows, **options)[real], atol=1e-5)
    assert losses.requires_grad and not nll.requires_grad


def test_loss_of_one_token_by_hand() -> None:
    """Where the output layer reads nothing, the bias alone decides: logits ln 1, ln 2, ... ln 19 over 190."""
    model = model_of(tied_embeddings=False)
    model.output_weight.data.zero_()
    model.output_bias.data = torch.arange(1, TARGET_VOCAB + 1).double().log()
    losses, nll = model.token_losses(padded([5, END]), padded([START, 6, END]), 0.1)
    expected = [math.log(190 / 7), math.log(190 / 4)]
    even = sum(math.log(190 / n) for n in range(1, 20)) / 19
    assert nll.tolist() == pytest.approx(expected)
    assert losses.tolist() == pytest.approx([0.9 * one + 0.1 * even for one in expected])


def test_padding_is_not_counted() -> None:
    """One loss for each real token, the same whatever the width of the batch and whoever else is in it."""
    model = model_of()
    losses, _ = model.token_losses(SOURCE, TARGET, 0.1)
    assert len(losses) == 3 + 5
    wide = functional.pad(SOURCE, (0, 2)), functional.pad(TARGET, (0, 3))
    assert torch.allclose(model.token_losses(*wide, 0.1)[0], losses)
    alone = [model.token_losses(SOURCE[[0], :7], TARGET[[0], :4], 0.1)[0],
             model.token_losses(SOURCE[[1], :4], TARGET[[1], :6], 0.1)[0]]  # fmt: skip
    assert torch.allclose(torch.cat(alone), losses)


# Parameters


@pytest.mark.parametrize("joint", [False, True])
@pytest.mark.parametrize("tied", [False, True])
def test_tied_parameters_are_the_same_tensor(joint: bool, tied: bool) -> None:
    model = model_of(joint, tied_embeddings=tied)
    source, target = model.encoder.embedding.weight, model.decoder.embedding.weight
    assert (model.output_weight is target) == tied
    assert (source is target) == (joint and tied)
    assert len(source) == (TARGET_VOCAB if joint else SOURCE_VOCAB)
    names = {name for name, _ in model.named_parameters() if "embedding" in name or name == "output_weight"}
    assert len(names) == (1 if tied and joint else 2 if tied else 3)


def test_untied_output_starts_as_a_copy_of_the_embeddings() -> None:
    model = Seq2Seq(ModelConfig(tied_embeddings=False), SOURCE_VOCAB, TARGET_VOCAB, False)
    assert torch.equal(model.output_weight, model.decoder.embedding.weight)
    assert model.output_weight.data_ptr() != model.decoder.embedding.weight.data_ptr()


EVERYTHING: dict[str, Any] = {"heads": 2, "projections": True, "self_attention": True, "layer_norm": True}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"tied_embeddings": False, "cell": "gru", "context_feed": "input", "decoder_layers": 1},
        {"attention": "additive", "encoder_layers": 2, **EVERYTHING},
        {"attention": "general", "context_feed": "input", "residual": False, **EVERYTHING},
    ],
    ids=str,
)
def test_gradient_reaches_every_parameter(options: dict[str, Any]) -> None:
    model = model_of(**options).train()
    model.token_losses(SOURCE, TARGET, 0.1)[0].mean().backward()
    without = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert not without
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


@pytest.mark.skipif(
    not (torch.cpu.get_capabilities().get("avx512_bf16") or torch.cpu.get_capabilities().get("amx_bf16")),
    reason="this processor has no LSTM in bf16",
)
@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("feed", ["upper", "input"])
def test_training_in_bf16(feed: str, cell: str) -> None:
    """Losses under autocast are near those of float32; attention and losses themselves are float32."""
    model = model_of(context_feed=feed, cell=cell, attention="additive", **EVERYTHING).float()
    losses, _ = model.token_losses(SOURCE, TARGET, 0.1)
    with torch.autocast("cpu", torch.bfloat16):
        rough, _ = model.token_losses(SOURCE, TARGET, 0.1)
        _, weights = model(SOURCE, TARGET)
    rough.mean().backward()
    assert rough.dtype == weights.dtype == torch.float32
    assert torch.allclose(rough, losses, rtol=0.05)
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


@pytest.mark.parametrize(
    "options",
    [{"context_feed": "upper"}, {"context_feed": "input", "cell": "gru", "decoder_layers": 1, "attention": "additive"}],
    ids=str,
)
def test_overfits_a_copy_task(options: dict[str, Any]) -> None:
    """Four sentences of different lengths, by heart, and then written out by search."""
    rates = {"dropout": 0.0, "embedding_dropout": 0.0}
    model = Seq2Seq(ModelConfig(embedding_size=16, hidden_size=32, **rates, **options), 9, 9, joint=True)
    sentences = [[4, 5, 6], [6, 5, 4, 8, 7], [7, 7], [8, 4, 7, 5]]
    source = padded(*([*words, END] for words in sentences))
    target = padded(*([START, *words, END] for words in sentences))
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(60):
        optimizer.zero_grad()
        model.token_losses(source, target)[0].mean().backward()
        optimizer.step()
    assert model.eval().token_losses(source, target)[1].mean() < 0.1
    found = translate(model, source, beam=1, nbest=1, limit=9)
    assert [one.tokens for (one,) in found] == [[*words, END] for words in sentences]


# Training and search compute the same


def translate(model: Seq2Seq, source: Tensor, beam: int, nbest: int, limit: int) -> Any:
    return search(
        model.step,
        model.start(source),
        batch_size=len(source),
        start=START,
        end=END,
        max_lengths=torch.full((len(source),), limit),
        beam=beam,
        nbest=nbest,
        forbidden=(PAD, START),
    )


@pytest.mark.parametrize("feed", ["upper", "input"])
def test_start_and_step_agree_with_forward(feed: str) -> None:
    model = model_of(context_feed=feed, heads=2)
    outputs, weights = model(SOURCE, TARGET)
    expected = model.logits(outputs).float().log_softmax(-1)
    state = model.start(SOURCE)
    for time in range(TARGET.shape[1]):
        log_probs, rows, state = model.step(TARGET[:, [time]], state)
        assert log_probs.shape == (2, 1, TARGET_VOCAB) and log_probs.dtype == torch.float32
        assert torch.allclose(log_probs[:, 0], expected[:, time])
        assert torch.allclose(rows[:, :, 0], weights[:, :, time])


@pytest.mark.parametrize("beam", [1, 4])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("feed", ["upper", "input"])
def test_search_reports_what_training_computes(feed: str, cell: str, beam: int) -> None:
    """The log-probability and the weights of each hypothesis found are those of its tokens read as a target: the
    back-pointers, the states carried along them and the sentences that left the batch early all come in here."""
    model = model_of(context_feed=feed, cell=cell, heads=2)
    model.output_bias.data[END] += 1.5  # so that some end and some are cut off
    found = translate(model, SOURCE, beam, nbest=beam, limit=6)
    assert [len(hypotheses) for hypotheses in found] == [beam, beam]
    for source, hypotheses in zip(SOURCE, found, strict=True):
        for hypothesis in hypotheses:
            target = torch.tensor([[START, *hypothesis.tokens]])
            _, nll = model.token_losses(source[None], target)
            assert hypothesis.log_prob == pytest.approx(-nll.sum().item(), abs=1e-4)
            _, weights = model(source[None], target[:, :-1])
            assert torch.allclose(hypothesis.weights.double(), weights[0], atol=1e-6)
            assert hypothesis.finished == (hypothesis.tokens[-1] == END)


def test_greedy_search_takes_the_best_word_at_each_step() -> None:
    model = model_of()
    for source, (hypothesis,) in zip(SOURCE, translate(model, SOURCE, beam=1, nbest=1, limit=8), strict=True):
        outputs, _ = model(source[None], torch.tensor([[START, *hypothesis.tokens[:-1]]]))
        logits = model.logits(outputs)[0]
        logits[:, [PAD, START]] = -math.inf
        assert logits.argmax(-1).tolist() == hypothesis.tokens


def test_no_dropout_in_evaluation() -> None:
    model = model_of(dropout=0.5, embedding_dropout=0.5, word_dropout=0.5)
    assert torch.equal(model(SOURCE, TARGET)[0], model(SOURCE, TARGET)[0])
    model.train()
    assert not torch.equal(model(SOURCE, TARGET)[0], model(SOURCE, TARGET)[0])


def test_state_of_a_model_loads_into_another() -> None:
    """Tied parameters go by one name in `named_parameters`, by all of them in `state_dict`."""
    model, other = model_of(True), model_of(True)
    assert not torch.equal(model(SOURCE, TARGET)[0], other(SOURCE, TARGET)[0])
    other.load_state_dict(model.state_dict())
    assert torch.equal(model(SOURCE, TARGET)[0], other(SOURCE, TARGET)[0])
    assert isinstance(other.output_weight, nn.Parameter) and other.output_weight is other.encoder.embedding.weight
