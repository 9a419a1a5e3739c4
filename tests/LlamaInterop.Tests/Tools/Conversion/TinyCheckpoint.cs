using System.Globalization;
using System.Text;
using LlamaInterop.Tests.Import.Safetensors;

namespace LlamaInterop.Tests.Tools.Conversion;

/// <summary>A Llama of two layers as transformers would save it, with random weights.</summary>
internal static class TinyCheckpoint
{
    /// <summary>Rows of a feed-forward: no whole number of blocks of 32.</summary>
    public const int Width = 32, Inner = 48, Vocabulary = 16, Layers = 2;

    public static byte[] Config(int layers = Layers) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": {{Width}}, "intermediate_size": {{Inner}}, "num_hidden_layers": {{layers}},
         "num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": {{Vocabulary}}, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "tie_word_embeddings": false}
        """));

    /// <summary>Writes config.json and model.safetensors; returns the folder.</summary>
    public static string Write(string folder, string type = "F32")
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, "config.json"), Config());
        File.WriteAllBytes(Path.Combine(folder, "model.safetensors"), Image(type, Names));
        return folder;
    }

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names =>
    [
        "model.embed_tokens.weight", "model.norm.weight", "lm_head.weight",
        .. from layer in Enumerable.Range(0, Layers)
           from name in (string[])["input_layernorm", "post_attention_layernorm", "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"]
           select $"model.layers.{layer}.{name}.weight",
    ];

    /// <summary>A file of the tensors of these names; their elements depend on their names alone.</summary>
    public static byte[] Image(string type, IEnumerable<string> names, float factor = 1)
    {
        var image = new SafetensorsImage();
        foreach (string name in names)
        {
            int[] shape = ShapeOf(name);
            var random = new Random(name.Sum(c => c));
            float[] values = [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => factor * (random.NextSingle() - 0.5f))];
            if (type == "F32")
                image.Add<float>(name, type, shape, values);
            else if (type == "F16")
                image.Add<Half>(name, type, shape, [.. values.Select(value => (Half)value)]);
            else
                image.Add<ushort>(name, type, shape, [.. values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))]);
        }
        return image.Bytes;
    }

    private static int[] ShapeOf(string name) => name.Split('.')[^2] switch
    {
        "embed_tokens" or "lm_head" => [Vocabulary, Width],
        "k_proj" or "v_proj" => [Width / 2, Width],
        "q_proj" or "o_proj" => [Width, Width],
        "gate_proj" or "up_proj" => [Inner, Width],
        "down_proj" => [Width, Inner],
        _ => [Width],
    };
}
