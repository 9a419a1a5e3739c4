using CppSharp.AST;
using CppSharp.Passes;

namespace LlamaInterop.Bindgen;

/// <summary>
/// The C# names: <c>lk_buffer_create</c> becomes <c>BufferCreate</c>, <c>lk_tensor</c> becomes <c>LkTensor</c> and
/// <c>LK_TYPE_Q4_K</c> of <c>lk_type</c> becomes <c>LkType.Q4_K</c>. Fields and enum items keep C's spelling, which is ggml's for
/// the element types.
/// </summary>
internal static class ManagedNames
{
    private const string FunctionPrefix = "lk_";

    public static void Give(TranslationUnit unit)
    {
        foreach (var function in unit.Functions.Where(f => f.Name.StartsWith(FunctionPrefix, StringComparison.Ordinal)))
            function.Name = function.Name[FunctionPrefix.Length..];
        foreach (var declaration in unit.Functions.Concat<Declaration>(unit.Classes).Concat(unit.Enums))
            declaration.Name = CaseRenamePass.ConvertCaseString(declaration, RenameCasePattern.UpperCamelCase);
        foreach (var enumeration in unit.Enums)
            NameItems(enumeration);
    }

    private static void NameItems(Enumeration enumeration)
    {
        // C leaves an enum's type to the compiler, and they differ; the header passes enums and int32_t alike.
        enumeration.BuiltinType = new BuiltinType(PrimitiveType.Int);
        foreach (var item in enumeration.Items)
            item.Name = WithoutPrefix(item.OriginalName, enumeration.OriginalName);
    }

    /// <summary>Takes off the words that an item's name begins with in common with its enum's, unless no identifier would be left.</summary>
    private static string WithoutPrefix(string item, string enumeration)
    {
        var words = item.Split('_');
        var common = words.Zip(enumeration.Split('_'))
            .TakeWhile(pair => string.Equals(pair.First, pair.Second, StringComparison.OrdinalIgnoreCase))
            .Count();
        var rest = string.Join('_', words.Skip(common));
        return rest.Length > 0 && !char.IsAsciiDigit(rest[0]) ? rest : item;
    }
}
