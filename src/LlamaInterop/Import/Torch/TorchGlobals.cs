using System.Collections.Frozen;
using System.Collections.Immutable;
using LlamaInterop.Import.Pickle;

namespace LlamaInterop.Import.Torch;

/// <summary>All that a torch checkpoint may name, and what it stands for. What is missing here is an error: it could be code.</summary>
internal static class TorchGlobals
{
    private const int MaxDimensions = 8;

    private static readonly (string Storage, string Name, SourceType Type)[] Types =
    [
        ("DoubleStorage", "float64", SourceType.F64),
        ("FloatStorage", "float32", SourceType.F32),
        ("HalfStorage", "float16", SourceType.F16),
        ("BFloat16Storage", "bfloat16", SourceType.BF16),
        ("LongStorage", "int64", SourceType.I64),
        ("IntStorage", "int32", SourceType.I32),
        ("ShortStorage", "int16", SourceType.I16),
        ("CharStorage", "int8", SourceType.I8),
        ("ByteStorage", "uint8", SourceType.U8),
        ("BoolStorage", "bool", SourceType.Bool),
        ("Float8_e4m3fnStorage", "float8_e4m3fn", SourceType.F8E4M3),
        ("Float8_e5m2Storage", "float8_e5m2", SourceType.F8E5M2),
    ];

    private static readonly FrozenDictionary<string, SourceType?> StorageTypes = Types
        .Select(type => KeyValuePair.Create($"torch.{type.Storage}", (SourceType?)type.Type))
        .Append(KeyValuePair.Create("torch.storage.UntypedStorage", (SourceType?)null))
        .ToFrozenDictionary();

    private static readonly FrozenDictionary<string, SourceType> ElementTypes = Types.ToFrozenDictionary(type => $"torch.{type.Name}", type => type.Type);

    /// <summary>By module and name.</summary>
    public static FrozenDictionary<string, PickleGlobal> All { get; } = PythonGlobals.All
        .Concat(StorageTypes.Keys.Concat(ElementTypes.Keys).Select(name => new PickleGlobal(name)))
        .Concat(
        [
            new("torch._utils._rebuild_tensor", arguments => View(arguments, typed: null)),
            new("torch._utils._rebuild_tensor_v2", arguments => View(arguments, typed: null)),
            new("torch._utils._rebuild_tensor_v3", arguments => View(arguments, ElementType(arguments, 6))),
            new("torch._utils._rebuild_parameter", arguments => arguments.Get<TorchView>(0, "a tensor")),
            new("torch._tensor._rebuild_from_type_v2", RebuildFromType),
            new("torch.nn.parameter.Parameter"),
            new("torch.Tensor"),
            new("torch.Size", arguments => arguments.Get<IReadOnlyList<object?>>(0, "a tuple")),
            new("torch.device", _ => null),
        ])
        .ToFrozenDictionary(global => global.Name);

    /// <summary>The storage that a persistent id names: ("storage", type, key, device, count, ...).</summary>
    public static TorchStorage Storage(PickleArguments id)
    {
        string kind = id.Get<string>(0, "a text"), type = id.Get<PickleGlobal>(1, "a type of storage").Name;
        if (kind != "storage" || !StorageTypes.TryGetValue(type, out var elements))
            throw id.Refuse($"{kind} of {type} is not known", ImportCheck.TensorType);
        long count = id.Integer(4);
        return count >= 0 ? new(id.Get<string>(2, "a text"), elements, count) : throw id.Refuse($"it has {count} elements", ImportCheck.Shape);
    }

    /// <summary>A subclass of a tensor: the tensor itself, made by the function that is the first argument.</summary>
    private static object? RebuildFromType(PickleArguments arguments)
    {
        var function = arguments.Get<PickleGlobal>(0, "a function");
        return function.Make is { } make && function.Name != "torch._tensor._rebuild_from_type_v2" ? make(arguments.Nested(2, function)) : throw arguments.Refuse($"{function.Name} makes no tensor");
    }

    private static SourceType ElementType(PickleArguments arguments, int index) =>
        ElementTypes.TryGetValue(arguments.Get<PickleGlobal>(index, "an element type").Name, out var type) ? type
            : throw arguments.Refuse($"argument {index + 1} is not an element type", ImportCheck.TensorType);

    /// <summary>(storage, offset, sizes, strides, ...); an untyped storage counts bytes.</summary>
    private static TorchView View(PickleArguments arguments, SourceType? typed)
    {
        var storage = arguments.Get<TorchStorage>(0, "a storage");
        SourceType type = storage.Type ?? typed ?? throw arguments.Refuse("the storage has no element type", ImportCheck.TensorType);
        long offset = arguments.Integer(1), count = storage.Type is null ? storage.Count / SourceTypes.Size(type) : storage.Count;
        ImmutableArray<long> shape = arguments.Sizes(2), strides = arguments.Sizes(3);
        if (shape.Length > MaxDimensions || shape.Length != strides.Length)
            throw arguments.Refuse($"{shape.Length} sizes and {strides.Length} strides", ImportCheck.Shape);
        RefuseOutside(arguments, offset, count, shape, strides);
        return new(storage, type, offset, shape, strides);
    }

    private static void RefuseOutside(PickleArguments arguments, long offset, long count, ImmutableArray<long> shape, ImmutableArray<long> strides)
    {
        Int128 elements = 1, last = offset;
        for (int i = 0; i < shape.Length; i++)
        {
            elements *= shape[i];
            last += (Int128)(shape[i] - 1) * strides[i];
            if (elements > count)
                throw arguments.Refuse($"a tensor of [{string.Join(", ", shape)}] has more elements than its storage, {count}", ImportCheck.Shape);
        }
        if (offset < 0 || last < 0 || elements > 0 && last >= count)
            throw arguments.Refuse($"a tensor of [{string.Join(", ", shape)}] at {offset} with strides [{string.Join(", ", strides)}] reaches past its storage of {count} elements", ImportCheck.TensorBounds);
    }
}
