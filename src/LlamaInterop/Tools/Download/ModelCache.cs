using System.Text.Json;

namespace LlamaInterop.Tools;

/// <summary>The files of one repository on this machine: each with the hash that it was checked against, and the hub's last listing.</summary>
internal sealed class ModelCache(string directory, ModelReference model)
{
    private readonly string _folder = Path.Combine(directory, model.Organization, model.Repository);

    private string ListingPath => Path.Combine(_folder, "files.json");

    public string PathOf(HubFile file) => Path.Combine(_folder, Path.Combine(file.Path.Split('/')));

    /// <summary>Whether the file is there as the hub lists it.</summary>
    public bool Has(HubFile file)
    {
        string path = PathOf(file);
        return new FileInfo(path) is { Exists: true } info && info.Length == file.Size
            && (file.Sha256 is null || (File.Exists(HashPath(path)) && File.ReadAllText(HashPath(path)) == file.Sha256));
    }

    /// <summary>Remembers what a file was checked against.</summary>
    public void Note(HubFile file)
    {
        if (file.Sha256 is not null)
            File.WriteAllText(HashPath(PathOf(file)), file.Sha256);
    }

    public void Forget(HubFile file)
    {
        if (File.Exists(HashPath(PathOf(file))))
            File.Delete(HashPath(PathOf(file)));
    }

    public void KeepListing(IReadOnlyList<HubFile> files)
    {
        Directory.CreateDirectory(_folder);
        string temporary = $"{ListingPath}.{Environment.ProcessId}.tmp";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(files));
        File.Move(temporary, ListingPath, overwrite: true);
    }

    /// <exception cref="DownloadException">There is none, or it is damaged.</exception>
    public IReadOnlyList<HubFile> ReadListing()
    {
        try
        {
            return JsonSerializer.Deserialize<List<HubFile>>(File.ReadAllBytes(ListingPath)) ?? throw new JsonException();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            throw new DownloadException($"{model}: is not in the cache {_folder}, and --offline forbids to ask for it", error);
        }
    }

    private static string HashPath(string path) => path + ".sha256";
}
