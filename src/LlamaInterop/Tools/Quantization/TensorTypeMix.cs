using LlamaInterop.Gguf;
using static LlamaInterop.Gguf.GgufTensorType;

namespace LlamaInterop.Tools;

/// <summary>
/// Which type each matrix of a mixture gets. Tensors are asked about one after the other, in the order of the file, since rules
/// count the matrices of a kind.
/// </summary>
/// <remarks>The rules are those of llama.cpp's <c>llama_tensor_get_type_impl</c>.</remarks>
/// <param name="model">The model.</param>
/// <param name="options">The mixture, and types that were asked for.</param>
/// <param name="hasImportance">Whether an importance matrix is there.</param>
/// <param name="categories">The categories of all tensors of the file.</param>
internal sealed class TensorTypeMix(ModelTraits model, QuantizeOptions options, bool hasImportance, IReadOnlyCollection<TensorCategory> categories)
{
    private readonly QuantizeMix _mix = options.Type.Mix;
    private readonly bool _isTied = !categories.Contains(TensorCategory.Output);
    private readonly int _attentionValues = categories.Count(category => category == TensorCategory.AttentionValue);
    private int _valuesSeen;
    private int _downsSeen;
    private int _gatesSeen;
    private int _upsSeen;

    /// <summary>Mixtures whose ordinary matrices have no more than about two bits.</summary>
    private bool IsLowest => _mix is QuantizeMix.IQ2_XXS or QuantizeMix.IQ2_XS or QuantizeMix.IQ2_S or QuantizeMix.IQ2_M or QuantizeMix.IQ1_S or QuantizeMix.IQ1_M;

    /// <summary>The type for the next matrix.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dimensions">Its dimensions, the row's first.</param>
    /// <exception cref="QuantizeException">The name of a model of experts does not say which layer it is.</exception>
    public GgufTensorType Choose(string name, ReadOnlySpan<long> dimensions)
    {
        TensorCategory category = TensorCategories.Of(name);
        if (category == TensorCategory.Output || (_isTied && category == TensorCategory.TokenEmbedding))
            return options.OutputTensorType ?? ForOutput(dimensions[0]);
        if (_mix == QuantizeMix.MXFP4)
            return ForMxfp4(category, isStack: dimensions.Length > 2 && dimensions[2] > 1);
        if (category == TensorCategory.TokenEmbedding)
            return ForTokenEmbedding();
        return IsLowest ? ForLowest(category) : ForOrdinary(category, name);
    }

    private GgufTensorType Start => options.Type.TensorType;

    private GgufTensorType ForOutput(long width)
    {
        if (_mix == QuantizeMix.MXFP4 || model.IsFalcon || width % GgufTensorTypes.BlockLength(Start) != 0)
            return Q8_0;
        if (IsLowest || _mix == QuantizeMix.IQ3_XXS)
            return Q5_K;
        return Start == Q8_0 ? Q8_0 : Q6_K;
    }

    /// <summary>Experts alone, or every matrix of a layer where the plain name was asked for.</summary>
    private GgufTensorType ForMxfp4(TensorCategory category, bool isStack)
    {
        bool isFeedForward = category is TensorCategory.FeedForwardUp or TensorCategory.FeedForwardGate or TensorCategory.FeedForwardDown;
        bool isExperts = isStack && (isFeedForward || model.Architecture != "bailingmoe3");
        bool isWanted = options.Type.Name == "MXFP4" && category != TensorCategory.TokenEmbedding;
        return isExperts || isWanted ? MXFP4 : Q8_0;
    }

    private GgufTensorType ForTokenEmbedding() => _mix switch
    {
        QuantizeMix.IQ2_XXS or QuantizeMix.IQ2_XS or QuantizeMix.IQ1_S or QuantizeMix.IQ1_M => Q2_K,
        QuantizeMix.IQ2_S or QuantizeMix.IQ2_M or QuantizeMix.IQ3_XXS => IQ3_S,
        QuantizeMix.TQ1_0 or QuantizeMix.TQ2_0 or QuantizeMix.Q2_0 => Q4_K,
        _ => Start,
    };

    private GgufTensorType ForLowest(TensorCategory category)
    {
        bool isLarger = _mix is QuantizeMix.IQ2_S or QuantizeMix.IQ2_M;
        switch (category)
        {
            case TensorCategory.AttentionValue:
                _valuesSeen++;
                return model.QueriesPerKey >= 4 || model.Experts >= 4 ? Q4_K : isLarger ? IQ3_S : Q2_K;
            case TensorCategory.AttentionKey when model.Experts == 8:
                return Q4_K;
            case TensorCategory.FeedForwardDown:
                return _downsSeen++ >= model.Layers / 8 ? Start : isLarger ? IQ3_S : Q2_K;
            case TensorCategory.AttentionOutput when model.Experts == 8:
                return Q5_K;
            case TensorCategory.AttentionOutput when isLarger:
                return IQ3_S;
            case TensorCategory.AttentionOutput when _mix is QuantizeMix.IQ1_S or QuantizeMix.IQ1_M:
                return IQ2_XXS;
            default:
                return Start;
        }
    }

    private GgufTensorType ForOrdinary(TensorCategory category, string name) => category switch
    {
        TensorCategory.AttentionValue => ForAttentionValue(_valuesSeen++),
        TensorCategory.AttentionKey when model.Experts == 8 => Q8_0,
        TensorCategory.AttentionKey or TensorCategory.AttentionQuery => ForAttentionScores(),
        TensorCategory.AttentionOutput => ForAttentionOutput(),
        TensorCategory.FeedForwardDown => ForDown(LayerOf(name, _downsSeen++)),
        TensorCategory.FeedForwardGate => ForGateOrUp(LayerOf(name, _gatesSeen++)),
        TensorCategory.FeedForwardUp => ForGateOrUp(LayerOf(name, _upsSeen++)),
        _ => Start,
    };

    private GgufTensorType ForAttentionValue(int index)
    {
        bool isShared = model.QueriesPerKey >= 4;
        GgufTensorType type = _mix switch
        {
            QuantizeMix.Q2_K => isShared ? Q4_K : Q3_K,
            QuantizeMix.IQ3_XXS when !isShared => hasImportance ? IQ3_XXS : IQ3_S,
            QuantizeMix.Q2_K_S or QuantizeMix.IQ3_XXS or QuantizeMix.IQ3_XS or QuantizeMix.IQ3_S when isShared => Q4_K,
            QuantizeMix.IQ3_M => Q4_K,
            QuantizeMix.Q3_K_M => index < 2 ? Q5_K : Q4_K,
            QuantizeMix.Q3_K_L => Q5_K,
            QuantizeMix.IQ4_NL or QuantizeMix.IQ4_XS when isShared => Q5_K,
            QuantizeMix.Q4_K_M or QuantizeMix.Q5_K_M when GetsMoreBits(index, _attentionValues) => Q6_K,
            QuantizeMix.Q4_K_S when index < 4 => Q5_K,
            _ => Start,
        };
        if (model.Experts == 8)
            return Q8_0;
        return model.Is70B && type is Q3_K or Q4_K ? Q5_K : type;
    }

    private GgufTensorType ForAttentionScores() => _mix switch
    {
        QuantizeMix.IQ3_XS => IQ3_XXS,
        QuantizeMix.IQ3_XXS => IQ2_S,
        _ => Start,
    };

    private GgufTensorType ForAttentionOutput()
    {
        if (model.IsFalcon)
            return _mix == QuantizeMix.Q3_K_L ? Q4_K : Start;
        if (model.Experts == 8)
        {
            return _mix is QuantizeMix.Q2_K or QuantizeMix.Q3_K_S or QuantizeMix.Q3_K_M or QuantizeMix.Q4_K_S or QuantizeMix.Q4_K_M
                or QuantizeMix.IQ3_XXS or QuantizeMix.IQ3_XS or QuantizeMix.IQ3_S or QuantizeMix.IQ3_M or QuantizeMix.IQ4_NL or QuantizeMix.IQ4_XS ? Q5_K : Start;
        }
        return _mix switch
        {
            QuantizeMix.Q2_K => Q3_K,
            QuantizeMix.IQ3_XXS => IQ3_S,
            QuantizeMix.Q3_K_M or QuantizeMix.IQ3_M => Q4_K,
            QuantizeMix.Q3_K_L => Q5_K,
            _ => Start,
        };
    }

    private GgufTensorType ForDown(int layer)
    {
        bool isEarly = layer < model.Layers / 8;
        bool getsMore = GetsMoreBits(layer, model.Layers);
        return _mix switch
        {
            QuantizeMix.Q2_K => Q3_K,
            QuantizeMix.Q2_K_S when isEarly => Q4_K,
            QuantizeMix.IQ3_XXS when !hasImportance => isEarly ? Q4_K : Q3_K,
            QuantizeMix.Q3_K_M when layer < model.Layers / 16 => Q5_K,
            QuantizeMix.Q3_K_M => !model.IsFalcon || getsMore ? Q4_K : Q3_K,
            QuantizeMix.IQ3_M when isEarly || (model.Experts == 8 && getsMore) => Q4_K,
            QuantizeMix.Q3_K_L => model.IsFalcon ? Q4_K : Q5_K,
            QuantizeMix.Q4_K_M when model.IsFalcon => layer < model.Layers / 16 ? Q6_K : getsMore ? Q5_K : Q4_K,
            QuantizeMix.Q4_K_M or QuantizeMix.Q5_K_M when getsMore => Q6_K,
            QuantizeMix.IQ4_NL or QuantizeMix.IQ4_XS when isEarly && !hasImportance => Q5_K,
            QuantizeMix.Q4_K_S when isEarly && !model.IsFalcon => Q5_K,
            QuantizeMix.Q4_0 when isEarly && hasImportance => Q4_1,
            QuantizeMix.Q5_0 when isEarly && hasImportance => Q5_1,
            _ => Start,
        };
    }

    private GgufTensorType ForGateOrUp(int layer)
    {
        bool isInTheMiddle = layer >= model.Layers / 8 && layer < 7L * model.Layers / 8;
        return _mix == QuantizeMix.IQ3_XS && isInTheMiddle ? IQ3_XXS : Start;
    }

    /// <summary>The first and the last eighth of the layers, and every third of the others.</summary>
    private static bool GetsMoreBits(int layer, int layers) =>
        layer < layers / 8 || layer >= 7L * layers / 8 || (layer - layers / 8) % 3 == 2;

    /// <summary>A matrix's layer: how many came before, or what its name says where a layer may have several.</summary>
    private int LayerOf(string name, int seen)
    {
        if (model.Experts <= 1)
            return seen;
        int layer = LayerName.Of(name) ?? throw new QuantizeException($"tensor '{name}': its name does not say which layer it is of");
        return layer < model.Layers
            ? layer
            : throw new QuantizeException($"tensor '{name}' is of a layer that the model's {model.Layers} do not include");
    }
}
