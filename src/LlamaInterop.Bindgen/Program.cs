using System.ComponentModel;
using LlamaInterop.Bindgen;

return Run(args);

static int Run(string[] args)
{
    try
    {
        if (Options.Parse(args) is not { } options)
        {
            Console.Error.WriteLine("usage: LlamaInterop.Bindgen [--header FILE] [--output DIRECTORY]");
            return 2;
        }
        Write(options);
        return 0;
    }
    catch (Exception e) when (e is RefusedHeaderException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine(e.Message);
        return 1;
    }
    catch (Exception e) when (e is Win32Exception or DllNotFoundException)
    {
        // The one is gcc, whom CppSharp asks for the system's headers; the other its own parser or what that is linked to.
        Console.Error.WriteLine($"CppSharp does not run here: {e.Message}");
        return 1;
    }
}

static void Write(Options options)
{
    var banner = HeaderHash.BannerStart + HeaderHash.Of(Path.GetDirectoryName(options.Header)!) + "\n";
    var files = BindingGenerator.Generate(options.Header);
    Directory.CreateDirectory(options.Output);
    foreach (var (name, text) in files)
    {
        var path = Path.Combine(options.Output, name);
        File.WriteAllText(path, banner + text);
        Console.WriteLine(path);
    }
}
