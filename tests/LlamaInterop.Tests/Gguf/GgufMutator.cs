namespace LlamaInterop.Tests.Gguf;

/// <summary>
/// Makes damaged files from whole ones. A mutant is named by seed and number alone, so any one can be made again; the first
/// ones are aimed at one check each, the rest are drawn.
/// </summary>
internal sealed class GgufMutator(int seed)
{
    private readonly GgufImage[] _singles =
    [
        GgufSamples.Image(GgufSamples.Llama()),
        GgufSamples.Image(GgufSamples.Llama()).With(GgufField.Version, 2),
        GgufSamples.Image(GgufSamples.EveryType()),
    ];

    private readonly GgufImage[] _parts = Array.ConvertAll(GgufSamples.Split(), GgufSamples.Image);

    /// <summary>How many of the first mutants are aimed.</summary>
    public static int AimedCount => GgufAimedMutants.All.Length;

    /// <summary>Writes a mutant into a folder, and returns the path to open and what was done.</summary>
    public (string Path, string Damage) Make(int number, TemporaryFolder folder)
    {
        if (number < AimedCount)
            return (GgufAimedMutants.All[number].Make(folder), $"aimed at {GgufAimedMutants.All[number].Check}");
        var random = new Random(unchecked(seed * 1_000_003 + number));
        return random.Next(8) == 0 ? MakeSplit(random, folder) : MakeSingle(random, folder);
    }

    private (string Path, string Damage) MakeSingle(Random random, TemporaryFolder folder)
    {
        var (bytes, damage) = Damage(_singles[random.Next(_singles.Length)], random);
        return (folder.Write("mutant.gguf", bytes), damage);
    }

    private (string Path, string Damage) MakeSplit(Random random, TemporaryFolder folder)
    {
        int damaged = random.Next(_parts.Length);
        var (bytes, damage) = Damage(_parts[damaged], random);
        int whole = random.Next(10);
        if (whole == 0)
            (bytes, damage) = (_parts[random.Next(_parts.Length)].Bytes, "another part in its place");
        for (int i = 0; i < _parts.Length; i++)
            folder.Write(GgufSamples.PartName(i + 1), i == damaged ? bytes : _parts[i].Bytes);
        if (whole == 1)
        {
            File.Delete(folder.File(GgufSamples.PartName(damaged + 1)));
            damage = "deleted";
        }
        int opened = whole == 2 ? random.Next(_parts.Length) : 0;
        return (folder.File(GgufSamples.PartName(opened + 1)), $"part {damaged + 1}: {damage}; part {opened + 1} opened");
    }

    private static (byte[] Bytes, string Damage) Damage(GgufImage image, Random random) => random.Next(20) switch
    {
        < 10 => EditField(image, random),
        < 12 => CopyField(image, random),
        < 13 => SpoilText(image, random),
        < 15 => Cut(image, random),
        < 18 => Flip(image, random, 24, image.HeaderEnd),
        < 19 => Flip(image, random, 0, image.Bytes.Length),
        _ => Flip(image, random, image.HeaderEnd, image.Bytes.Length),
    };

    /// <summary>Puts a hostile number into a field; kinds are drawn first, so that rare kinds come as often as common ones.</summary>
    private static (byte[], string) EditField(GgufImage image, Random random)
    {
        var place = Draw(image, random, place => place.Length is > 0 and <= 8 && place.Field is not (GgufField.Key or GgufField.Name or GgufField.Text));
        ulong value = Hostile(image, random);
        return (image.With(place, value).Bytes, $"{place} = {value}");
    }

    /// <summary>Puts the bytes of another field of the same kind and width in a field's place: duplicates, overlaps, wrong types.</summary>
    private static (byte[], string) CopyField(GgufImage image, Random random)
    {
        var target = Draw(image, random, place => place.Length > 0);
        var old = image.Bytes.AsSpan(target.Offset, target.Length).ToArray();
        var others = image.Places.Where(place => place.Field == target.Field && place.Length == target.Length
            && !image.Bytes.AsSpan(place.Offset, place.Length).SequenceEqual(old)).ToArray();
        if (others.Length == 0)
            return EditField(image, random);
        var source = others[random.Next(others.Length)];
        return (image.With(target.Offset, image.Bytes.AsSpan(source.Offset, source.Length)).Bytes, $"{source} copied to {target}");
    }

    private static (byte[], string) SpoilText(GgufImage image, Random random)
    {
        var place = Draw(image, random, place => place.Length > 0 && place.Field is GgufField.Key or GgufField.Name or GgufField.Text);
        byte[] bad = [0xFF, 0xC0, 0x80, 0xED, 0xF8];
        int at = place.Offset + random.Next(Math.Max(1, place.Length));
        return (image.With(at, [bad[random.Next(bad.Length)]]).Bytes, $"bad UTF-8 in {place}");
    }

    private static (byte[], string) Cut(GgufImage image, Random random)
    {
        int[] ends = [image.MetadataEnd, image.HeaderEnd, image.Bytes.Length, image.Places[random.Next(image.Places.Count)].Offset];
        int length = random.Next(4) == 0
            ? random.Next(image.HeaderEnd, image.Bytes.Length)
            : Math.Clamp(ends[random.Next(ends.Length)] + random.Next(-8, 9), 0, image.Bytes.Length);
        return (image.CutTo(length), $"cut to {length} of {image.Bytes.Length} bytes");
    }

    private static (byte[], string) Flip(GgufImage image, Random random, int from, int to)
    {
        var bytes = (byte[])image.Bytes.Clone();
        int count = from < to ? random.Next(1, 9) : 0;
        for (int i = 0; i < count; i++)
            bytes[random.Next(from, to)] ^= (byte)(1 << random.Next(8));
        return (bytes, $"{count} bits flipped from {from} to {to}");
    }

    private static GgufFieldPlace Draw(GgufImage image, Random random, Func<GgufFieldPlace, bool> fits)
    {
        var kinds = image.Places.Where(fits).GroupBy(place => place.Field).ToArray();
        var places = kinds[random.Next(kinds.Length)].ToArray();
        return places[random.Next(places.Length)];
    }

    private static ulong Hostile(GgufImage image, Random random)
    {
        ulong[] values =
        [
            0, 1, 2, 3, 7, 31, 33, 255, 256, 65535, 65536, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 40, 1UL << 60,
            long.MaxValue, 1UL << 63, ulong.MaxValue, ulong.MaxValue - 31, (ulong)image.Bytes.Length, (ulong)image.HeaderEnd,
        ];
        return random.Next(4) == 0 ? (ulong)random.Next(64) : values[random.Next(values.Length)];
    }
}
