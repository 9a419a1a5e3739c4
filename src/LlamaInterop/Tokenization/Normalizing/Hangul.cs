namespace LlamaInterop.Tokenization;

/// <summary>The syllables of Korean, which are composed of letters by arithmetic. Unicode Standard, 3.12.</summary>
internal static class Hangul
{
    private const int FirstSyllable = 0xAC00;
    private const int FirstLead = 0x1100;
    private const int FirstVowel = 0x1161;
    private const int Leads = 19;
    private const int Vowels = 21;

    // The first final stands for none.
    private const int NoFinal = 0x11A7;
    private const int Finals = 28;

    public static bool IsSyllable(int codePoint) => (uint)(codePoint - FirstSyllable) < Leads * Vowels * Finals;

    public static bool IsVowelOrFinal(int codePoint) => (uint)(codePoint - FirstVowel) < Vowels || (uint)(codePoint - NoFinal - 1) < Finals - 1;

    /// <summary>Appends the two or three letters of a syllable.</summary>
    public static void Decompose(int syllable, List<int> letters)
    {
        int index = syllable - FirstSyllable;
        letters.Add(FirstLead + index / (Vowels * Finals));
        letters.Add(FirstVowel + index / Finals % Vowels);
        if (index % Finals != 0)
            letters.Add(NoFinal + index % Finals);
    }

    /// <summary>What a letter or syllable makes with the letter behind it, or -1.</summary>
    public static int Compose(int first, int second)
    {
        if ((uint)(first - FirstLead) < Leads && (uint)(second - FirstVowel) < Vowels)
            return FirstSyllable + ((first - FirstLead) * Vowels + second - FirstVowel) * Finals;
        bool isOpen = IsSyllable(first) && (first - FirstSyllable) % Finals == 0;
        return isOpen && (uint)(second - NoFinal - 1) < Finals - 1 ? first + second - NoFinal : -1;
    }
}
