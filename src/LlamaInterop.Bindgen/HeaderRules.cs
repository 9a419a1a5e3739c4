namespace LlamaInterop.Bindgen;

/// <summary>
/// The rules by which a header can be bound. What breaks one would be dropped in silence by CppSharp, or come out with a wrong
/// layout, so it is refused before anything is generated.
/// </summary>
internal static class HeaderRules
{
    /// <summary>One line for each declaration that breaks a rule, in the order functions, records, enums, variables; empty when all is well.</summary>
    public static IReadOnlyList<string> Refusals(HeaderModel header) =>
    [
        .. FirstFunction(header.Functions),
        .. header.Functions.SelectMany(OfFunction),
        .. header.Records.SelectMany(OfRecord),
        .. header.Enums.Where(e => e.Name.Length == 0).Select(e => $"line {e.Line}: an enum without a name"),
        .. header.Variables.Select(v => $"line {v.Line}: {v.Name}: a global variable"),
    ];

    /// <summary>CppSharp keeps a wrapper around the first function, which is right only for plain numbers.</summary>
    private static IEnumerable<string> FirstFunction(IReadOnlyList<CFunction> functions)
    {
        if (functions.Count == 0)
            return ["the header declares no function"];
        var first = functions[0];
        return first.ReturnType.Kind == TypeKind.FixedWidth && first.Parameters.Count == 0
            ? []
            : [$"line {first.Line}: {first.Name}: the first function must take nothing and return a number, as an ABI version does"];
    }

    private static IEnumerable<string> OfFunction(CFunction function)
    {
        var where = $"line {function.Line}: {function.Name}";
        if (function.IsVariadic)
            yield return $"{where}: a variadic function";
        if (function.IsInline)
            yield return $"{where}: an inline function";
        if (ValueRefusal(function.ReturnType) is { } refusal)
            yield return $"{where}: returns {refusal}";
        foreach (var parameter in function.Parameters)
        {
            if (ParameterRefusal(parameter.Type) is { } reason)
                yield return $"{where}: parameter {parameter.Name} is {reason}";
        }
    }

    private static IEnumerable<string> OfRecord(CRecord record)
    {
        if (record.IsUnion)
            yield return $"line {record.Line}: {record.Name}: a union";
        foreach (var field in record.Fields)
        {
            if (FieldRefusal(field) is { } refusal)
                yield return $"line {record.Line}: {record.Name}.{field.Name} is {refusal}";
        }
    }

    private static string? ParameterRefusal(CType type) => type.Kind == TypeKind.Array ? "an array" : ValueRefusal(type);

    private static string? FieldRefusal(CMember field)
    {
        if (field.IsBitField)
            return "a bit-field";
        return field.Type switch
        {
            { Kind: TypeKind.Array, Element.Kind: TypeKind.FixedWidth } => null,
            { Kind: TypeKind.Array, Element: { } element } => $"an array of {Plural(element)}",
            { Kind: TypeKind.Record, Name.Length: 0 } => "a struct without a name",
            { Kind: TypeKind.Record } => null,
            _ => ValueRefusal(field.Type),
        };
    }

    private static string? ValueRefusal(CType type) => type.Kind switch
    {
        TypeKind.Enum when type.Name.Length == 0 => "an enum without a name",
        TypeKind.Void or TypeKind.FixedWidth or TypeKind.Enum => null,
        TypeKind.Pointer => PointeeRefusal(type.Element!),
        TypeKind.Record => $"the struct {type.Name} by value",
        TypeKind.Union => $"the union {type.Name}",
        TypeKind.Char or TypeKind.OtherNumber => $"{type.Name}, which is no type of fixed width",
        _ => $"{type.Name}, which has no counterpart in C#",
    };

    private static string? PointeeRefusal(CType pointee) => pointee.Kind switch
    {
        TypeKind.Pointer => PointeeRefusal(pointee.Element!),
        TypeKind.OtherNumber => $"a pointer to {pointee.Name}, which is no type of fixed width",
        TypeKind.Array or TypeKind.Union or TypeKind.Unknown => $"a pointer to {pointee.Name}, which has no counterpart in C#",
        _ => null,
    };

    private static string Plural(CType type) => type.Kind switch
    {
        TypeKind.Pointer or TypeKind.Function => "pointers",
        TypeKind.Record => "structs",
        TypeKind.Union => "unions",
        TypeKind.Enum => "enums",
        TypeKind.Array => "arrays",
        _ => type.Name,
    };
}
