using System.Text;

namespace LlamaInterop.Import.Pickle;

/// <summary>The names of Python itself and of numpy that checkpoints contain.</summary>
internal static class PythonGlobals
{
    public static IEnumerable<PickleGlobal> All { get; } =
    [
        new("collections.OrderedDict", MakeDictionary),
        new("collections.defaultdict", _ => new PickleDictionary()),
        new("builtins.dict"),
        new("builtins.list"),
        new("builtins.set", MakeList),
        new("__builtin__.set", MakeList),
        new("_codecs.encode", Encode),
        new("numpy.dtype", arguments => new NumpyType(arguments.Get<string>(0, "a text"))),
        new("numpy.core.multiarray.scalar", MakeScalar),
        new("numpy._core.multiarray.scalar", MakeScalar),
    ];

    private static object MakeDictionary(PickleArguments arguments)
    {
        var dictionary = new PickleDictionary();
        if (arguments.Count == 0)
            return dictionary;
        foreach (object? pair in arguments.Get<List<object?>>(0, "a list"))
        {
            if (pair is not IReadOnlyList<object?> { Count: 2 } entry || entry[0] is not string key)
                throw arguments.Refuse("an entry is not a pair of a text and a value");
            dictionary[key] = entry[1];
        }
        return dictionary;
    }

    private static object MakeList(PickleArguments arguments) => arguments.Count == 0 ? new List<object?>() : arguments.Get<List<object?>>(0, "a list");

    /// <summary>Protocols below 3 have no bytes: they stand as a text whose characters are the bytes.</summary>
    private static object Encode(PickleArguments arguments) => arguments.Get<string>(1, "a text") == "latin1"
        ? Encoding.Latin1.GetBytes(arguments.Get<string>(0, "a text"))
        : throw arguments.Refuse("only latin1 is known");

    private static object MakeScalar(PickleArguments arguments) =>
        arguments.Get<NumpyType>(0, "a numpy type").Decode(arguments, arguments.Get<byte[]>(1, "bytes"));
}
