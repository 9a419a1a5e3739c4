using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Import.Safetensors;

namespace LlamaInterop.Tests.Models.Checkpoints.Twins;

/// <summary>Makes of a GGUF file the folder that transformers would have saved its model in.</summary>
internal sealed class TwinCheckpoint(GgufFile file, Twin twin)
{
    /// <summary>What most configurations call the keys.</summary>
    private static readonly (string Key, string Name)[] CommonKeys =
    [
        ("block_count", "num_hidden_layers"), ("context_length", "max_position_embeddings"), ("embedding_length", "hidden_size"),
        ("feed_forward_length", "intermediate_size"), ("attention.head_count", "num_attention_heads"), ("attention.head_count_kv", "num_key_value_heads"),
        ("attention.key_length", "head_dim"), ("attention.layer_norm_rms_epsilon", "rms_norm_eps"), ("attention.layer_norm_epsilon", "layer_norm_eps"),
        ("rope.freq_base", "rope_theta"), ("attention.sliding_window", "sliding_window"),
    ];

    private readonly TwinSizes _sizes = TwinSizes.Of(file.Metadata);
    private readonly string _architecture = file.Metadata.GetString("general.architecture");

    public void Save(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "config.json"), Config().ToJsonString());
        var image = new SafetensorsImage();
        foreach (string ending in (string[])[".weight", ".bias", ""])
        {
            foreach (TwinTensor tensor in twin.Tensors)
                AddAll(image, tensor, ending);
        }
        foreach ((string name, string key) in twin.Numbers)
            AddNumbers(image, name, file.Metadata.GetFloatArray(key));
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), image.Bytes);
    }

    /// <summary>All elements of a tensor of f32.</summary>
    public static float[] ReadAll(GgufFile file, GgufTensorInfo info)
    {
        byte[] bytes = new byte[info.ByteLength];
        file.ReadTensor(info, bytes);
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }

    private JsonObject Config()
    {
        var config = new JsonObject { ["architectures"] = new JsonArray(twin.Class), ["vocab_size"] = file.GetTensor("token_embd.weight").Dimension(1) };
        foreach ((string key, string name) in CommonKeys)
        {
            if (!file.Metadata.TryGet($"{_architecture}.{key}", out GgufValue value) || value.Type == GgufValueType.Array)
                continue;
            config[name] = value.Type == GgufValueType.Float32 ? file.Metadata.GetFloat($"{_architecture}.{key}") : file.Metadata.GetInt64($"{_architecture}.{key}");
        }
        foreach (var (name, value) in JsonNode.Parse(twin.Config)!.AsObject())
        {
            if (value is null)
                config.Remove(name);
            else
                config[name] = value.DeepClone();
        }
        return config;
    }

    /// <summary>The tensor of all layers that have its parts.</summary>
    private void AddAll(SafetensorsImage image, TwinTensor tensor, string ending)
    {
        var first = new Regex($"^{Regex.Escape(tensor.Parts[0] + ending).Replace("\\*", "([0-9]+)", StringComparison.Ordinal)}$");
        foreach (GgufTensorInfo info in file.Tensors)
        {
            if (first.Match(info.Name) is not { Success: true } match)
                continue;
            string layer = match.Groups.Count > 1 ? match.Groups[1].Value : "";
            GgufTensorInfo[] parts = [.. tensor.Parts.Select(part => file.GetTensor(part.Replace("*", layer, StringComparison.Ordinal) + ending))];
            Add(image, tensor, tensor.Name.Replace("*", layer, StringComparison.Ordinal) + ending, parts);
        }
    }

    private static void AddNumbers(SafetensorsImage image, string name, float[] numbers)
    {
        for (int layer = 0; layer < numbers.Length; layer++)
            image.Add<float>(name.Replace("*", layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), "F32", [1], [numbers[layer]]);
    }

    private void Add(SafetensorsImage image, TwinTensor tensor, string name, GgufTensorInfo[] parts)
    {
        float[][] elements = [.. parts.Select(ReadAll)];
        if (name.Contains('#', StringComparison.Ordinal))
            AddExperts(image, name, parts[0], elements[0]);
        else if (tensor.Layout is null)
            image.Add<float>(name, "F32", ShapeOf(parts[0]), [.. elements[0].Select((x, i) => Undone(tensor, x, i / (int)parts[0].Dimension(0)))]);
        else
            AddLaidOut(image, tensor, name, parts, elements);
    }

    private static float Undone(TwinTensor tensor, float x, int row) =>
        tensor.IsLogarithm ? MathF.Log(-x) : tensor.Factor is { } factor ? x / factor(row) : x - tensor.Less;

    private static void AddExperts(SafetensorsImage image, string name, GgufTensorInfo info, float[] elements)
    {
        int[] shape = ShapeOf(info);
        int size = elements.Length / shape[0];
        for (int i = 0; i < shape[0]; i++)
            image.Add<float>(name.Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), "F32", shape[1..], elements.AsSpan(i * size, size));
    }

    private void AddLaidOut(SafetensorsImage image, TwinTensor tensor, string name, GgufTensorInfo[] parts, float[][] elements)
    {
        bool isVector = parts[0].Dimensions.Length == 1;
        int experts = tensor.IsStacked ? ShapeOf(parts[0])[0] : 1;
        int[] widths = [.. parts.Select(part => isVector ? 1 : (int)part.Dimension(0))];
        (int rows, int columns) = tensor.Shape?.Invoke(_sizes) ?? (elements.Sum(part => part.Length) / widths[0] / experts, widths[0]);
        var values = new float[experts * rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            int expert = i / (rows * columns), within = i % (rows * columns);
            (int part, int row, int column) = tensor.Layout!(_sizes, within / columns, within % columns);
            values[i] = elements[part][(expert * (elements[part].Length / experts)) + (row * widths[part]) + column];
        }
        int[] shape = isVector ? [rows] : [rows, columns];
        image.Add<float>(name, "F32", tensor.IsStacked ? [experts, .. shape] : shape, values);
    }

    /// <summary>In PyTorch's order, the contiguous axis last.</summary>
    private static int[] ShapeOf(GgufTensorInfo info) => [.. info.Dimensions.ToArray().Reverse().Select(size => (int)size)];

    private float[] ReadAll(GgufTensorInfo info) => ReadAll(file, info);
}
