namespace LlamaInterop.Bindgen;

/// <summary>What a C declaration's type is, as far as the rules for the header tell types apart.</summary>
internal enum TypeKind
{
    Void,

    /// <summary>An integer of <c>stdint.h</c> with its width in its name, <c>float</c> or <c>double</c>.</summary>
    FixedWidth,

    /// <summary><c>char</c>: right only behind a pointer, as text.</summary>
    Char,

    /// <summary>A number whose width differs between platforms (<c>long</c>, <c>size_t</c>, <c>int</c>, <c>bool</c>).</summary>
    OtherNumber,
    Enum,
    Record,
    Union,
    Function,
    Pointer,
    Array,

    /// <summary>Anything else, for instance a vector or a complex number.</summary>
    Unknown,
}

/// <summary>A C type. <paramref name="Element"/> is what a pointer points to or what an array is made of.</summary>
internal sealed record CType(TypeKind Kind, string Name, CType? Element = null);

/// <summary>A parameter, or a field of a record; <paramref name="IsBitField"/> can only be true of the latter.</summary>
internal sealed record CMember(string Name, CType Type, bool IsBitField = false);

internal sealed record CFunction(
    string Name, int Line, CType ReturnType, IReadOnlyList<CMember> Parameters, bool IsVariadic, bool IsInline);

/// <summary>A struct or union with its fields; an opaque one has none.</summary>
internal sealed record CRecord(string Name, int Line, bool IsUnion, bool IsOpaque, IReadOnlyList<CMember> Fields);

/// <summary>An enum; its name is empty when the header gives it none.</summary>
internal sealed record CEnum(string Name, int Line);

internal sealed record CVariable(string Name, int Line);

/// <summary>The declarations of a C header in their order, free of CppSharp's types, so that the rules can be tested without it.</summary>
internal sealed record HeaderModel(
    IReadOnlyList<CFunction> Functions,
    IReadOnlyList<CRecord> Records,
    IReadOnlyList<CEnum> Enums,
    IReadOnlyList<CVariable> Variables);
