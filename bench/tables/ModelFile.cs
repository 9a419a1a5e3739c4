using LlamaInterop.Measuring;

namespace LlamaInterop.Tables;

/// <summary>The file of a case's model, which is made when it is missing and goes again when it was made here.</summary>
internal sealed class ModelFile : IDisposable
{
    private readonly bool _isTemporary;

    private ModelFile(string path, bool isTemporary) => (Path, _isTemporary) = (path, isTemporary);

    public string Path { get; }

    public long Bytes => new FileInfo(Path).Length;

    /// <param name="model">"SHAPE:TYPE", or a real model's name.</param>
    /// <param name="ours">This engine, which makes synthetic models.</param>
    /// <param name="folder">Where they are put.</param>
    /// <param name="realModel">The file of <see cref="Case.RealModel"/>.</param>
    /// <param name="keeps">Whether what is made stays.</param>
    public static ModelFile Of(string model, Engine ours, string folder, string realModel, bool keeps)
    {
        if (model == Case.RealModel)
            return new(realModel, isTemporary: false);
        string path = System.IO.Path.Combine(folder, model.Replace(':', '-') + ".gguf");
        bool isThere = File.Exists(path);
        if (!isThere)
            Make(model, ours, path);
        return new(path, !isThere && !keeps);
    }

    /// <summary>Reads it once, so that it lies in memory as far as there is room.</summary>
    public void Warm()
    {
        using FileStream stream = File.OpenRead(Path);
        stream.CopyTo(Stream.Null, 1 << 20);
    }

    public void Dispose()
    {
        if (_isTemporary)
            File.Delete(Path);
    }

    private static void Make(string model, Engine ours, string path)
    {
        Console.Error.WriteLine($"making {model}");
        (string program, string[] arguments) = ours.Call("bench", "--synthetic", model, "--write", path, "-p", "1", "-n", "0", "-r", "1");
        Child.Run(program, arguments).Expect($"making {model}");
    }
}
