using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Gguf;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>gguf set FILE KEY VALUE</c>: changes one metadata key.</summary>
internal static class GgufSetCommand
{
    private const string ArrayMark = "[]";

    public static int Run(GgufSetOptions options, Terminal terminal)
    {
        if (options.Remove && (options.Value is not null || options.Type is not null))
            throw new UsageException("--remove takes neither a value nor --type");
        GgufOverride[] values = options.Remove ? [] : [new(options.Key, ReadValue(options, options.Value ?? throw new UsageException("VALUE is missing")))];
        using var progress = new ConsoleProgress(terminal, "writing");
        try
        {
            GgufEditor.Edit(options.File, options.Output ?? options.File, values, options.Remove ? [options.Key] : [], progress, terminal.Interrupted);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message.Replace($" (Parameter '{error.ParamName}')", ""));
        }
        return 0;
    }

    private static GgufValue ReadValue(GgufSetOptions options, string text)
    {
        (GgufValueType type, GgufValueType? element) = options.Type is null ? TypeInFile(options) : ReadType(options.Type);
        try
        {
            return GgufValueParser.Parse(text, type, element);
        }
        catch (FormatException error)
        {
            throw new UsageException($"{options.Key}: {error.Message}");
        }
    }

    private static (GgufValueType Type, GgufValueType? Element) TypeInFile(GgufSetOptions options)
    {
        using var file = GgufFile.Open(options.File);
        return file.Metadata.TryGet(options.Key, out GgufValue value)
            ? (value.Type, value.ElementType)
            : throw new UsageException($"{options.Key} is not in {options.File}: --type says what type a new key has");
    }

    private static (GgufValueType Type, GgufValueType? Element) ReadType(string text)
    {
        bool isArray = text.EndsWith(ArrayMark, StringComparison.Ordinal);
        string name = isArray ? text[..^ArrayMark.Length] : text;
        if (!Enum.TryParse(name, ignoreCase: true, out GgufValueType type) || !char.IsLetter(name[0]) || type == GgufValueType.Array)
            throw new UsageException($"--type: '{text}' is not one of the types that the help lists");
        return isArray ? (GgufValueType.Array, type) : (type, null);
    }
}
