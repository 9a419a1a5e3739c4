namespace LlamaInterop.Cli.Arguments;

/// <summary>What a flag has beyond CommandLineParser's option: its section in the help, other spellings, fixed choices.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FlagAttribute(string section) : Attribute
{
    /// <summary>What the help says of a flag whose values add up.</summary>
    public const string Repeated = "; more follow after a comma or by repeating the flag";

    /// <summary>The heading under which the help lists it.</summary>
    public string Section { get; } = section;

    /// <summary>Other spellings with their dashes, such as <c>-ngl</c>.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>For a switch, the spellings that take it back.</summary>
    public string[] Opposites { get; init; } = [];

    /// <summary>The only values that it takes; none means any.</summary>
    public string[] Choices { get; init; } = [];

    /// <summary>An enum whose members, in lower case, are the choices.</summary>
    public Type? ChoicesOf
    {
        get;
        init
        {
            field = value;
            Choices = value is null ? [] : Array.ConvertAll(Enum.GetNames(value), name => name.ToLowerInvariant());
        }
    }

    /// <summary>The choice that is meant when none follows, for flags that were switches once.</summary>
    public string? Implied { get; init; }

    /// <summary>Whether a second value is refused: of other flags the last one counts.</summary>
    public bool Once { get; init; }

    /// <summary>What the help says of the default where the value itself says too little.</summary>
    public string? DefaultText { get; init; }
}
