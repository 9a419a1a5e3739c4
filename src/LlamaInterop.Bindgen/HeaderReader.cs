using CppSharp.AST;

namespace LlamaInterop.Bindgen;

/// <summary>Reads CppSharp's syntax tree of a header into a <see cref="HeaderModel"/>.</summary>
internal static class HeaderReader
{
    private static readonly HashSet<string> FixedWidthNames =
        ["int8_t", "uint8_t", "int16_t", "uint16_t", "int32_t", "uint32_t", "int64_t", "uint64_t"];

    public static HeaderModel Read(TranslationUnit unit) => new(
        [.. unit.Functions.Select(ReadFunction)],
        [.. unit.Classes.Select(ReadRecord)],
        [.. unit.Enums.Select(e => new CEnum(NameOf(e), e.LineNumberStart))],
        [.. unit.Variables.Select(v => new CVariable(v.OriginalName, v.LineNumberStart))]);

    /// <summary>CppSharp makes up a name for an enum that has none.</summary>
    private static string NameOf(Enumeration declaration) =>
        declaration.Modifiers.HasFlag(Enumeration.EnumModifiers.Anonymous) ? "" : declaration.OriginalName;

    private static CFunction ReadFunction(Function function) => new(
        function.OriginalName,
        function.LineNumberStart,
        ReadType(function.ReturnType.Type),
        [.. function.Parameters.Select(p => new CMember(p.OriginalName, ReadType(p.Type)))],
        function.IsVariadic,
        function.IsInline);

    private static CRecord ReadRecord(Class record) => new(
        record.OriginalName,
        record.LineNumberStart,
        record.IsUnion,
        record.IsIncomplete,
        [.. record.Fields.Select(f => new CMember(f.OriginalName, ReadType(f.Type), f.IsBitField))]);

    private static CType ReadType(CppSharp.AST.Type type) => type switch
    {
        TypedefType typedef when FixedWidthNames.Contains(typedef.Declaration.OriginalName) =>
            new(TypeKind.FixedWidth, typedef.Declaration.OriginalName),
        TypedefType typedef => ReadTypedef(typedef),
        // A parameter written as an array arrives as the pointer that it decays to; the rules judge what was written.
        DecayedType decayed => ReadType(decayed.Original.Type),
        AttributedType attributed => ReadType(attributed.Modified.Type),
        PointerType pointer => new(TypeKind.Pointer, "pointer", ReadType(pointer.Pointee)),
        ArrayType array => new(TypeKind.Array, "array", ReadType(array.Type)),
        FunctionType => new(TypeKind.Function, "function"),
        BuiltinType builtin => ReadBuiltin(builtin.Type),
        TagType { Declaration: Enumeration declaration } => new(TypeKind.Enum, NameOf(declaration)),
        TagType { Declaration: Class { IsUnion: true } union } => new(TypeKind.Union, union.OriginalName),
        TagType { Declaration: Class record } => new(TypeKind.Record, record.OriginalName),
        _ => new(TypeKind.Unknown, type.ToString() ?? type.GetType().Name),
    };

    /// <summary>A typedef of a number keeps its own name in messages: size_t, not the unsigned long behind it.</summary>
    private static CType ReadTypedef(TypedefType typedef)
    {
        var behind = ReadType(typedef.Declaration.Type);
        return behind.Kind == TypeKind.OtherNumber ? behind with { Name = typedef.Declaration.OriginalName } : behind;
    }

    private static CType ReadBuiltin(PrimitiveType type) => type switch
    {
        PrimitiveType.Void => new(TypeKind.Void, "void"),
        PrimitiveType.Float or PrimitiveType.Double => new(TypeKind.FixedWidth, type.ToString().ToLowerInvariant()),
        PrimitiveType.Char => new(TypeKind.Char, "char"),
        _ => new(TypeKind.OtherNumber, type.ToString().ToLowerInvariant()),
    };
}
