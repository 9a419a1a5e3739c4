using CppSharp;
using CppSharp.AST;
using CppSharp.Generators;
using CppSharp.Parser;
using CppSharp.Passes;
using CppSharp.Types;

namespace LlamaInterop.Bindgen;

/// <summary>
/// What CppSharp is told: of its output only the P/Invokes, the enums and the blittable structs are wanted, all internal. Its
/// class wrappers assume C++ and would lose C's out-handles and copy every struct to the heap.
/// </summary>
internal sealed class KernelsLibrary(string headerPath) : ILibrary
{
    private const string LibraryName = "llamakernels";
    private const string OutputNamespace = "LlamaInterop.Native";
    private const string FunctionsClass = "NativeMethods";

    public void Setup(Driver driver)
    {
        driver.ParserOptions.LanguageVersion = LanguageVersion.C99_GNU;
        var options = driver.Options;
        options.Quiet = true;
        options.GeneratorKind = GeneratorKind.CSharp;
        options.OutputNewLineType = NewLineType.LF;
        options.GenerateFreeStandingFunctionsClassName = _ => FunctionsClass;
        var module = options.AddModule(LibraryName);
        module.OutputNamespace = OutputNamespace;
        module.SharedLibraryName = LibraryName;
        module.IncludeDirs.Add(Path.GetDirectoryName(headerPath)!);
        module.Headers.Add(Path.GetFileName(headerPath));
    }

    public void SetupPasses(Driver driver) => driver.AddGeneratorOutputPass(new InternalVisibilityPass());

    public void Preprocess(Driver driver, ASTContext ctx)
    {
        driver.Context.TypeMaps.TypeMaps["const char*"] = new CStringMap
        {
            Context = driver.Context,
            TypeMapDatabase = driver.Context.TypeMaps,
        };
        // The first would write Q4_K as Q4K, the second would make flags of any enum whose values are powers of two.
        driver.Context.TranslationUnitPasses.Passes.RemoveAll(pass => pass is CaseRenamePass or CheckEnumsPass);
        foreach (var unit in OwnUnits(ctx))
            ManagedNames.Give(unit);
    }

    /// <summary>
    /// Leaves the inner layer. The passes have run by now; before them, a handle that is not generated would have taken along every
    /// function with a parameter of its type. Without one wrapped function CppSharp would leave out the class that holds the
    /// P/Invokes, so the first stays.
    /// </summary>
    public void Postprocess(Driver driver, ASTContext ctx)
    {
        foreach (var unit in OwnUnits(ctx))
        {
            foreach (var function in unit.Functions.Skip(1))
                function.GenerationKind = GenerationKind.Internal;
            foreach (var record in unit.Classes)
                record.GenerationKind = record.IsIncomplete ? GenerationKind.None : GenerationKind.Internal;
            foreach (var typedef in unit.Typedefs)
                typedef.GenerationKind = GenerationKind.None;
        }
    }

    private static IEnumerable<TranslationUnit> OwnUnits(ASTContext context) =>
        context.TranslationUnits.Where(unit => unit.IsValid && !unit.IsSystemHeader);

    /// <summary>Text stays the bytes that it is in C; what decodes it decides the encoding and who owns it.</summary>
    private sealed class CStringMap : TypeMap
    {
        public override CppSharp.AST.Type SignatureType(TypePrinterContext ctx) => new CustomType("byte*");
    }

    private sealed class InternalVisibilityPass : GeneratorOutputPass
    {
        public override void VisitCodeGenerator(CodeGenerator generator) => MakeInternal(generator.ActiveBlock);

        private static void MakeInternal(Block block)
        {
            block.Text.StringBuilder.Replace("public ", "internal ");
            foreach (var child in block.Blocks)
                MakeInternal(child);
        }
    }
}
