using LlamaInterop.Compute;
using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// T5 (Raffel et al. 2020), T5 v1.1, Flan-T5 (Chung et al. 2022) and UMT5 (Chung et al. 2023): an encoder, whose last hidden states
/// every decoder layer attends to. Scores are not scaled and have a bias by bucketed distance; RMS norms before each block. A head
/// that is the embedding table reads hidden states divided by the root of their width.
/// </summary>
internal sealed class T5 : IEncoderDecoder
{
    private readonly Tensor _embedding, _output;
    private readonly T5Layer[] _encoder, _decoder;
    private readonly Norm _encoderNorm, _finalNorm;

    private T5(ModelSource source)
    {
        Parameters = source.Parameters;
        Memory = source.Memory;
        HyperParameterReader keys = Parameters.Keys;
        int n = Parameters.EmbeddingLength;
        VocabularySize = source.Weights.VocabularySize("token_embd.weight");
        StartToken = keys.Size("decoder_start_token_id", 0, 0, VocabularySize - 1);
        _embedding = source.Weights.Matrix("token_embd.weight", n, VocabularySize);
        _encoder = [.. Enumerable.Range(0, Parameters.Layers).Select(i => T5Layer.OfEncoder(source, i, CacheScope.Encoder))];
        _encoderNorm = Norm.Load(source, "enc.output_norm", n);
        _decoder = [.. Enumerable.Range(0, keys.Size("decoder_block_count", Parameters.Layers, max: 4096)).Select(i => T5Layer.OfDecoder(source, i))];
        _finalNorm = Norm.Load(source, "dec.output_norm", n);
        _output = source.Weights.MatrixOrNull("output.weight", n, VocabularySize) ?? _embedding;
    }

    public HyperParameters Parameters { get; }

    public SequenceMemory Memory { get; }

    public int VocabularySize { get; }

    public int StartToken { get; }

    /// <summary>Encoder and decoder.</summary>
    public static IModel Create(ModelSource source) => new T5(source);

    /// <summary>The encoder alone.</summary>
    public static IModel CreateEncoder(ModelSource source) =>
        new Encoder(source, new EncoderOptions { Norm = NormKind.Rms, FinalNorm = "enc.output_norm" }, i => T5Layer.OfEncoder(source, i, CacheScope.Sequence));

    public Tensor Encode(Graph g, StepInputs step)
    {
        Tensor x = g.GetRows("token_embd", _embedding, step.Tokens, step.Embeddings);
        foreach (T5Layer layer in _encoder)
            x = layer.Forward(g, x, step);
        x = _encoderNorm.Forward(g, x);
        foreach (T5Layer layer in _decoder)
            layer.StoreEncoded(g, x, step);
        return g.LastRows("output_rows", x, step.OutputRows);
    }

    public Tensor Forward(Graph g, StepInputs step)
    {
        Tensor x = g.GetRows("token_embd", _embedding, step.Tokens, step.Embeddings);
        foreach (T5Layer layer in _decoder)
            x = layer.Forward(g, x, step);
        return _finalNorm.Forward(g, g.LastRows("output_rows", x, step.OutputRows));
    }

    public Tensor Logits(Graph g, Tensor hidden)
    {
        Tensor x = _output == _embedding ? g.Scale("output_scaled", hidden, 1 / MathF.Sqrt(Parameters.EmbeddingLength)) : hidden;
        return g.MatMul("output", _output, x, refined: CoarseForms.Both);
    }

    /// <summary>T5ForConditionalGeneration: T5, T5 v1.1, Flan-T5 and UMT5.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = KeysOf("t5", config);
        keys.Set("decoder_block_count", config.IntOr(DecoderKeys.Layers(config), "num_decoder_layers"));
        keys.Set("decoder_start_token_id", config.IntOr(0, "decoder_start_token_id"));
        return new CheckpointMap(keys,
        [
            .. TokenTable,
            new("lm_head.weight", "output.weight"),
            .. Stack("encoder", "enc", feedForward: 1),
            .. Stack("decoder", "dec", feedForward: 2),
            .. Attention("decoder.block.*.layer.1.EncDecAttention", "dec.blk.*.cross_attn"),
            new("decoder.block.*.layer.1.layer_norm.weight", "dec.blk.*.cross_attn_norm.weight"),
        ])
        {
            Prefixes = [],
            Dropped = ["decoder.block.*.layer.1.EncDecAttention.relative_attention_bias.weight", .. DecoderKeys.TiedHead(config, defaultValue: true)],
        };
    }

    /// <summary>T5EncoderModel.</summary>
    public static CheckpointMap MapOfEncoder(ModelConfig config) =>
        new(KeysOf("t5encoder", config), [.. TokenTable, .. Stack("encoder", "enc", feedForward: 1)]) { Prefixes = [] };

    /// <summary>One table under three names, of which a checkpoint has some.</summary>
    private static TensorRule[] TokenTable =>
    [
        new("shared.weight", "token_embd.weight"),
        new("encoder.embed_tokens.weight", "token_embd.weight") { IsSpare = true },
        new("decoder.embed_tokens.weight", "token_embd.weight") { IsSpare = true },
    ];

    private static HyperParameterWriter KeysOf(string architecture, ModelConfig config)
    {
        const int defaultContext = 512;
        var keys = new HyperParameterWriter(architecture);
        keys.Set("block_count", DecoderKeys.Layers(config));
        keys.Set("context_length", config.IntOr(defaultContext, "n_positions"));
        keys.Set("embedding_length", DecoderKeys.Width(config));
        keys.Set("feed_forward_length", config.Int("d_ff"));
        keys.Set("attention.head_count", DecoderKeys.Heads(config));
        keys.Set("attention.key_length", config.Int("d_kv"));
        keys.Set("attention.value_length", config.Int("d_kv"));
        keys.Set("attention.layer_norm_epsilon", config.FloatOr(1e-6f, "layer_norm_epsilon"));
        keys.Set("attention.layer_norm_rms_epsilon", config.FloatOr(1e-6f, "layer_norm_epsilon"));
        keys.Set("attention.relative_buckets_count", config.IntOr(32, "relative_attention_num_buckets"));
        int distance = config.IntOr(T5Layer.DefaultMaxDistance, "relative_attention_max_distance");
        if (distance != T5Layer.DefaultMaxDistance)
            keys.Set(T5Layer.MaxDistanceKey, distance);
        return keys;
    }

    /// <summary>One stack; its last block's number is the feed-forward's.</summary>
    private static TensorRule[] Stack(string from, string to, int feedForward)
    {
        string blocks = $"{from}.block.*.layer", dense = $"{blocks}.{feedForward}.DenseReluDense";
        return
        [
            .. Attention($"{blocks}.0.SelfAttention", $"{to}.blk.*.attn"),
            new($"{blocks}.0.SelfAttention.relative_attention_bias.weight", $"{to}.blk.*.attn_rel_b.weight"),
            new($"{blocks}.0.layer_norm.weight", $"{to}.blk.*.attn_norm.weight"),
            new($"{blocks}.{feedForward}.layer_norm.weight", $"{to}.blk.*.ffn_norm.weight"),
            new($"{dense}.wi.weight", $"{to}.blk.*.ffn_up.weight"),
            new($"{dense}.wi_0.weight", $"{to}.blk.*.ffn_gate.weight"),
            new($"{dense}.wi_1.weight", $"{to}.blk.*.ffn_up.weight"),
            new($"{dense}.wo.weight", $"{to}.blk.*.ffn_down.weight"),
            new($"{from}.final_layer_norm.weight", $"{to}.output_norm.weight"),
        ];
    }

    private static TensorRule[] Attention(string from, string to) =>
        [.. "qkvo".Select(matrix => new TensorRule($"{from}.{matrix}.weight", $"{to}_{matrix}.weight"))];
}

/// <summary>A layer of either stack; a decoder's has cross-attention.</summary>
internal sealed class T5Layer : ILayer
{
    /// <summary>From this distance on all keys share a bucket, in all published models; the key is only in files of others.</summary>
    public const int DefaultMaxDistance = 128;
    public const string MaxDistanceKey = "attention.relative_max_distance";

    private readonly string _scope;
    private readonly Norm _selfNorm, _feedForwardNorm;
    private readonly Norm? _crossNorm;
    private readonly StoredAttention _self;
    private readonly StoredAttention? _cross;
    private readonly FeedForward _feedForward;

    private T5Layer(ModelSource source, string stack, int index, StoredAttention self, StoredAttention? cross)
    {
        _scope = $"{stack}blk.{index}.";
        _self = self;
        _cross = cross;
        int n = source.Parameters.EmbeddingLength;
        _selfNorm = Norm.Load(source, _scope + "attn_norm", n);
        _crossNorm = cross is null ? null : Norm.Load(source, _scope + "cross_attn_norm", n);
        _feedForwardNorm = Norm.Load(source, _scope + "ffn_norm", n);
        bool gated = source.Weights.Has(_scope + "ffn_gate.weight");
        _feedForward = new FeedForward(
            source, index, gated ? GluKind.GELU_TANH : GluKind.RELU, gated, width: source.Parameters.FeedForwardOf(0), stack: stack);
    }

    /// <param name="source">The model's file.</param>
    /// <param name="index">The layer's number.</param>
    /// <param name="scope">Whose tokens the encoder's are.</param>
    public static T5Layer OfEncoder(ModelSource source, int index, CacheScope scope)
    {
        CacheLayer shape = ShapeOf(source, scope);
        var self = new StoredAttention(
            source, $"enc.blk.{index}.attn", (source.Memory.ShareCache(shape), shape), WithBias(source, "enc.", index, causal: false));
        return new T5Layer(source, "enc.", index, self, null);
    }

    public static T5Layer OfDecoder(ModelSource source, int index)
    {
        CacheLayer own = ShapeOf(source, CacheScope.Sequence), encoded = ShapeOf(source, CacheScope.Encoder);
        var self = new StoredAttention(
            source, $"dec.blk.{index}.attn", (source.Memory.AddCache(own), own), WithBias(source, "dec.", index, causal: true));
        var cross = new StoredAttention(
            source, $"dec.blk.{index}.cross_attn", (source.Memory.AddCache(encoded), encoded), Plain(source) with { Causal = false });
        return new T5Layer(source, "dec.", index, self, cross);
    }

    /// <summary>Keeps what cross-attention reads of the encoder's last hidden states.</summary>
    public void StoreEncoded(Graph g, Tensor encoded, StepInputs step) => _cross?.Store(g, encoded, step);

    public Tensor Forward(Graph g, Tensor x, StepInputs step)
    {
        Tensor h = _selfNorm.Forward(g, x);
        _self.Store(g, h, step);
        x = g.Add(_scope + "attn_residual", x, _self.Read(g, h, step));
        if (_cross is not null)
            x = g.Add(_scope + "cross_residual", x, _cross.Read(g, _crossNorm!.Forward(g, x), step));
        return g.Add(_scope + "ffn_residual", x, _feedForward.Forward(g, _feedForwardNorm.Forward(g, x)));
    }

    private static CacheLayer ShapeOf(ModelSource source, CacheScope scope) =>
        new(source.Parameters.AttentionHeads(0).KvHeads, source.Parameters.KeyLength, source.Parameters.ValueLength, Window: 0, scope);

    private static AttentionOptions Plain(ModelSource source)
    {
        (int heads, int kvHeads) = source.Parameters.AttentionHeads(0);
        return new AttentionOptions(heads, kvHeads, Scale: 1);
    }

    /// <summary>With the layer's table of biases, or the stack's, which is the first layer's.</summary>
    private static AttentionOptions WithBias(ModelSource source, string stack, int index, bool causal)
    {
        const string key = "attention.relative_buckets_count";
        HyperParameterReader keys = source.Parameters.Keys;
        int buckets = keys.Size(key, 32, 4, DefaultMaxDistance);
        if (buckets % 2 != 0)
            throw keys.Wrong(keys.FullName(key), $"is {buckets}, but must be even");
        AttentionOptions options = Plain(source) with { Causal = causal };
        string own = $"{stack}blk.{index}.attn_rel_b.weight", first = $"{stack}blk.0.attn_rel_b.weight";
        return options with
        {
            RelativeBias = source.Weights.BiasTable(source.Weights.Has(own) ? own : first, options.Heads, buckets),
            RelativeMaxDistance = keys.Size(MaxDistanceKey, DefaultMaxDistance, min: (buckets / 2) + 1),
        };
    }
}
