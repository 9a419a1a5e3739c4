using CppSharp;
using CppSharp.AST;
using CppSharp.Passes;

namespace LlamaInterop.Bindgen;

/// <summary>A header that cannot be bound; the message has one line for each reason.</summary>
internal sealed class RefusedHeaderException(string message) : Exception(message);

/// <summary>Turns a header into the texts of the generated files.</summary>
internal static class BindingGenerator
{
    /// <summary>The generated files' names and texts, without their banners.</summary>
    /// <exception cref="RefusedHeaderException">The header does not parse or breaks a rule of <see cref="HeaderRules"/>.</exception>
    public static IReadOnlyList<(string Name, string Text)> Generate(string headerPath)
    {
        var library = new KernelsLibrary(headerPath);
        using var driver = new Driver(new DriverOptions());
        library.Setup(driver);
        driver.Setup();
        if (!driver.ParseCode())
            throw new RefusedHeaderException($"{headerPath}: does not compile as C");
        new CleanUnitPass { Context = driver.Context }.VisitASTContext(driver.Context.ASTContext);
        var unit = driver.Context.ASTContext.TranslationUnits.Single(u => u.IsValid && u.FileName == Path.GetFileName(headerPath));
        RefuseUnlessBindable(headerPath, unit);
        return [("NativeMethods.cs", GenerateBindings(driver, library)), ("RecordLayouts.cs", RecordLayoutWriter.Write(unit))];
    }

    private static void RefuseUnlessBindable(string headerPath, TranslationUnit unit)
    {
        var refusals = HeaderRules.Refusals(HeaderReader.Read(unit));
        if (refusals.Count > 0)
            throw new RefusedHeaderException(string.Join('\n', refusals.Select(reason => $"{headerPath}: {reason}")));
    }

    private static string GenerateBindings(Driver driver, KernelsLibrary library)
    {
        driver.SetupPasses(library);
        driver.SetupTypeMaps();
        driver.SetupDeclMaps();
        library.Preprocess(driver, driver.Context.ASTContext);
        driver.ProcessCode();
        library.Postprocess(driver, driver.Context.ASTContext);
        var output = driver.GenerateCode().Single(o => o.TranslationUnit.Module != driver.Options.SystemModule);
        foreach (var pass in driver.Context.GeneratorOutputPasses.Passes)
            pass.VisitGeneratorOutput(output);
        return output.Outputs.Single().Generate();
    }
}
