namespace LlamaInterop.Tokenization;

/// <summary>What is left of a character when it is decomposed and its nonspacing marks are dropped: <c>e</c> of <c>é</c>.</summary>
/// <remarks>
/// The canonical decompositions of the Unicode Character Database. .NET has them only through ICU, which an application with
/// invariant globalization does not load. Hangul syllables decompose by arithmetic (Unicode Standard, 3.12).
/// </remarks>
internal static class CanonicalBases
{
    private const int FirstHangul = 0xAC00;
    private const int LastHangul = 0xD7A3;

    // The bases of consecutive code points from First on; a character that does not decompose stands for itself.
    private static readonly (int First, string Bases)[] Ranges =
    [
        (0xC0, "AAAAAAÆCEEEEIIIIÐNOOOOO×ØUUUUYÞßaaaaaaæceeeeiiiiðnooooo÷øuuuuyþy"),
        (0x100, "AaAaAaCcCcCcCcDdĐđEeEeEeEeEeGgGgGgGgHhĦħIiIiIiIiIıĲĳJjKkĸLlLlLlĿ"),
        (0x140, "ŀŁłNnNnNnŉŊŋOoOoOoŒœRrRrRrSsSsSsSsTtTtŦŧUuUuUuUuUuUuWwYyYZzZzZz"),
        (0x1A0, "Oo"),
        (0x1AF, "Uu"),
        (0x1CD, "AaIiOoUuUuUuUuUuǝAaAaÆæǤǥGgKkOoOoƷʒjǱǲǳGgǶǷNnAaÆæØøAaAaEeEeIiIiO"),
        (0x20D, "oOoRrRrUuUuSsTtȜȝHhȠȡȢȣȤȥAaEeOoOoOoOoYy"),
        (0x374, "ʹ"),
        (0x37E, ";Ϳ\u0380\u0381\u0382\u0383΄¨Α·ΕΗΙ\u038BΟ\u038DΥΩι"),
        (0x3AA, "ΙΥαεηιυ"),
        (0x3CA, "ιυουωϏϐϑϒϒϒ"),
        (0x400, "ЕЕЂГЄЅІІЈЉЊЋКИУ"),
        (0x419, "И"),
        (0x439, "и"),
        (0x450, "ееђгєѕііјљњћкиу"),
        (0x476, "Ѵѵ"),
        (0x4C1, "Жж"),
        (0x4D0, "АаАаӔӕЕеӘәӘәЖжЗзӠӡИиИиОоӨөӨөЭэУуУуУуЧчӶӷЫы"),
        (0x622, "\u0627\u0627\u0648\u0627\u064A"),
        (0x6C0, "\u06D5\u06C1\u06C1"),
        (0x6D3, "\u06D2"),
        (0x929, "नपफबभमयररलळळ"),
        (0x958, "कखगजडढफय"),
        (0x9DC, "ডঢ\u09DEয"),
        (0xA33, "ਲ\u0A34ਵਸ"),
        (0xA59, "ਖਗਜੜ\u0A5Dਫ"),
        (0xB48, "\u0B47"),
        (0xB5C, "ଡଢ"),
        (0xCC0, "\u0CD5\u0CC1\u0CC2\u0CC3\u0CC4\u0CC5\u0CC6\u0CD5\u0CD6\u0CC9\u0CC2"),
        (0xDDA, "\u0DD9"),
        (0xF43, "ག"),
        (0xF4D, "ཌཎཏཐདདནཔཕབབམཙཚཛཛ"),
        (0xF69, "ཀ"),
        (0x1026, "ဥ"),
        (0x1B3B, "\u1B35\u1B3C\u1B35\u1B3E\u1B3F\u1B40\u1B41\u1B42\u1B35"),
        (0x1E00, "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMm"),
        (0x1E40, "MmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVv"),
        (0x1E80, "WwWwWwWwWwXxXxYyZzZzZzhtwyẚſẜẝẞẟAaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEe"),
        (0x1EC0, "EeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYyỺỻỼỽỾỿ"),
        (0x1F00, "ααααααααΑΑΑΑΑΑΑΑεεεεεε\u1F16\u1F17ΕΕΕΕΕΕ\u1F1E\u1F1FηηηηηηηηΗΗΗΗΗΗΗΗιιιιιιιιΙΙΙΙΙΙΙΙ"),
        (0x1F40, "οοοοοο\u1F46\u1F47ΟΟΟΟΟΟ\u1F4E\u1F4Fυυυυυυυυ\u1F58Υ\u1F5AΥ\u1F5CΥ\u1F5EΥωωωωωωωωΩΩΩΩΩΩΩΩααεεηηιιοουυωω\u1F7E\u1F7F"),
        (0x1F80, "ααααααααΑΑΑΑΑΑΑΑηηηηηηηηΗΗΗΗΗΗΗΗωωωωωωωωΩΩΩΩΩΩΩΩααααα\u1FB5ααΑΑΑΑΑ᾽ι᾿"),
        (0x1FC0, "῀¨ηηη\u1FC5ηηΕΕΗΗΗ᾿᾿᾿ιιιι\u1FD4\u1FD5ιιΙΙΙΙ\u1FDC῾῾῾υυυυρρυυΥΥΥΥΡ¨¨`\u1FF0\u1FF1ωωω\u1FF5ωωΟΟΩΩΩ´῾\u1FFF"),
        (0x2000, "\u2002\u2003"),
        (0x2126, "Ω℧ℨ℩KA"),
        (0x219A, "←→"),
        (0x21AE, "↔"),
        (0x21CD, "⇐⇔⇒"),
        (0x2204, "∃∅∆∇∈∈∊∋∋"),
        (0x2224, "∣∥∥"),
        (0x2241, "∼≂≃≃≅≆≅≈≈"),
        (0x2260, "=≡≡"),
        (0x226D, "≍<>≤≥≲≳≲≳≶≷≶≷≺≻≼≽≾≿≺≻⊂⊃⊂⊃⊆⊇⊆⊇"),
        (0x22AC, "⊢⊨⊩⊫"),
        (0x22E0, "≼≽⊑⊒⋤⋥⋦⋧⋨⋩⊲⊳⊴⊵"),
        (0x2329, "〈〉"),
        (0x2ADC, "⫝"),
        (0x304C, "かききくくけけここささししすすせせそそたたちちっつつててととなにぬねのはははひひひふふふへへへほほほ"),
        (0x3094, "う"),
        (0x309E, "ゝ"),
        (0x30AC, "カキキククケケココササシシススセセソソタタチチッツツテテトトナニヌネノハハハヒヒヒフフフヘヘヘホホホ"),
        (0x30F4, "ウヵヶワヰヱヲ・ーヽヽ"),
        (0xF900, "豈更車賈滑串句龜龜契金喇奈懶癩羅蘿螺裸邏樂洛烙珞落酪駱亂卵欄爛蘭鸞嵐濫藍襤拉臘蠟廊朗浪狼郎來冷勞擄櫓爐盧老蘆虜路露魯鷺碌祿綠菉錄"),
        (0xF940, "鹿論壟弄籠聾牢磊賂雷壘屢樓淚漏累縷陋勒肋凜凌稜綾菱陵讀拏樂諾丹寧怒率異北磻便復不泌數索參塞省葉說殺辰沈拾若掠略亮兩凉梁糧良諒量勵"),
        (0xF980, "呂女廬旅濾礪閭驪麗黎力曆歷轢年憐戀撚漣煉璉秊練聯輦蓮連鍊列劣咽烈裂說廉念捻殮簾獵令囹寧嶺怜玲瑩羚聆鈴零靈領例禮醴隸惡了僚寮尿料樂"),
        (0xF9C0, "燎療蓼遼龍暈阮劉杻柳流溜琉留硫紐類六戮陸倫崙淪輪律慄栗率隆利吏履易李梨泥理痢罹裏裡里離匿溺吝燐璘藺隣鱗麟林淋臨立笠粒狀炙識什茶刺"),
        (0xFA00, "切度拓糖宅洞暴輻行降見廓兀嗀﨎﨏塚﨑晴﨓﨔凞猪益礼神祥福靖精羽﨟蘒﨡諸﨣﨤逸都﨧﨨﨩飯飼館鶴郞隷侮僧免勉勤卑喝嘆器塀墨層屮悔慨憎"),
        (0xFA40, "懲敏既暑梅海渚漢煮爫琢碑社祉祈祐祖祝禍禎穀突節練縉繁署者臭艹艹著褐視謁謹賓贈辶逸難響頻恵𤋮舘\uFA6E\uFA6F並况全侀充冀勇勺喝啕喙嗢塚墳奄奔"),
        (0xFA80, "婢嬨廒廙彩徭惘慎愈憎慠懲戴揄搜摒敖晴朗望杖歹殺流滛滋漢瀞煮瞧爵犯猪瑱甆画瘝瘟益盛直睊着磌窱節类絛練缾者荒華蝹襁覆視調諸請謁諾諭謹"),
        (0xFAC0, "變贈輸遲醙鉶陼難靖韛響頋頻鬒龜𢡊𢡄𣏕㮝䀘䀹𥉉𥳐𧻓齃龎"),
        (0xFB1D, "\u05D9\uFB1E\u05F2"),
        (0xFB2A, "\u05E9\u05E9\u05E9\u05E9\u05D0\u05D0\u05D0\u05D1\u05D2\u05D3\u05D4\u05D5\u05D6\uFB37\u05D8\u05D9\u05DA\u05DB\u05DC\uFB3D\u05DE\uFB3F\u05E0\u05E1\uFB42\u05E3\u05E4\uFB45\u05E6\u05E7\u05E8\u05E9\u05EA\u05D5\u05D1\u05DB\u05E4"),
        (0x1109A, "𑂙𑂛𑂛"),
        (0x110AB, "𑂥"),
        (0x114BB, "\U000114B9"),
        (0x2F800, "丽丸乁𠄢你侮侻倂偺備僧像㒞𠘺免兔兤具𠔜㒹內再𠕋冗冤仌冬况𩇟凵刃㓟刻剆割剷㔕勇勉勤勺包匆北卉卑博即卽卿卿卿𠨬灰及叟𠭣叫叱吆咞吸呈周"),
        (0x2F840, "咢哶唐啓啣善善喙喫喳嗂圖嘆圗噑噴切壮城埴堍型堲報墬𡓤売壷夆多夢奢𡚨𡛪姬娛娧姘婦㛮㛼嬈嬾嬾𡧈寃寘寧寳𡬘寿将当尢㞁屠屮峀岍𡷤嵃𡷦嵮嵫"),
        (0x2F880, "嵼巡巢㠯巽帨帽幩㡢𢆃㡼庰庳庶廊𪎒廾𢌱𢌱舁弢弢㣇𣊸𦇚形彫㣣徚忍志忹悁㤺㤜悔𢛔惇慈慌慎慌慺憎憲憤憯懞懲懶成戛扝抱拔捐𢬌挽拼捨掃揤𢯱搢"),
        (0x2F8C0, "揅掩㨮摩摾撝摷㩬敏敬𣀊旣書晉㬙暑㬈㫤冒冕最暜肭䏙朗望朡杞杓𣏃㭉柺枅桒梅𣑭梎栟椔㮝楂榣槪檨𣚣櫛㰘次𣢧歔㱎歲殟殺殻𣪍𡴋𣫺汎𣲼沿泍汧洖"),
        (0x2F900, "派海流浩浸涅𣴞洴港湮㴳滋滇𣻑淹潮𣽞𣾎濆瀹瀞瀛㶖灊災灷炭𠔥煅𤉣熜𤎫爨爵牐𤘈犀犕𤜵𤠔獺王㺬玥㺸㺸瑇瑜瑱璅瓊㼛甤𤰶甾𤲒異𢆟瘐𤾡𤾸𥁄㿼䀈"),
        (0x2F940, "直𥃳𥃲𥄙𥄳眞真真睊䀹瞋䁆䂖𥐝硎碌磌䃣𥘦祖𥚚𥛅福秫䄯穀穊穏𥥼𥪧𥪧竮䈂𥮫篆築䈧𥲀糒䊠糨糣紀𥾆絣䌁緇縂繅䌴𦈨𦉇䍙𦋙罺𦌾羕翺者𦓚𦔣聠𦖨聰"),
        (0x2F980, "𣍟䏕育脃䐋脾媵𦞧𦞵𣎓𣎜舁舄辞䑫芑芋芝劳花芳芽苦𦬼若茝荣莭茣莽菧著荓菊菌菜𦰶𦵫𦳕䔫蓱蓳蔖𧏊蕤𦼬䕝䕡𦾱𧃒䕫虐虜虧虩蚩蚈蜎蛢蝹蜨蝫螆䗗"),
        (0x2F9C0, "蟡蠁䗹衠衣𧙧裗裞䘵裺㒻𧢮𧥦䚾䛇誠諭變豕𧲨貫賁贛起𧼯𠠄跋趼跰𠣞軔輸𨗒𨗭邔郱鄑𨜮鄛鈸鋗鋘鉼鏹鐕𨯺開䦕閷𨵷䧦雃嶲霣𩅅𩈚䩮䩶韠𩐊䪲𩒖頋頋"),
        (0x2FA00, "頩𩖶飢䬳餩馧駂駾䯎𩬰鬒鱀鳽䳎䳭鵧𪃎䳸𪄅𪈎𪊑麻䵖黹黾鼅鼏鼖鼻𪘀"),
    ];

    // Decompositions of which more than one character is left.
    private static readonly Dictionary<int, int[]> Several = new()
    {
        [0x9CB] = [0x9C7, 0x9BE],
        [0x9CC] = [0x9C7, 0x9D7],
        [0xB4B] = [0xB47, 0xB3E],
        [0xB4C] = [0xB47, 0xB57],
        [0xB94] = [0xB92, 0xBD7],
        [0xBCA] = [0xBC6, 0xBBE],
        [0xBCB] = [0xBC7, 0xBBE],
        [0xBCC] = [0xBC6, 0xBD7],
        [0xCCB] = [0xCC2, 0xCD5],
        [0xD4A] = [0xD46, 0xD3E],
        [0xD4B] = [0xD47, 0xD3E],
        [0xD4C] = [0xD46, 0xD57],
        [0xDDC] = [0xDD9, 0xDCF],
        [0xDDD] = [0xDD9, 0xDCF],
        [0xDDE] = [0xDD9, 0xDDF],
        [0x1B06] = [0x1B05, 0x1B35],
        [0x1B08] = [0x1B07, 0x1B35],
        [0x1B0A] = [0x1B09, 0x1B35],
        [0x1B0C] = [0x1B0B, 0x1B35],
        [0x1B0E] = [0x1B0D, 0x1B35],
        [0x1B12] = [0x1B11, 0x1B35],
        [0x1B40] = [0x1B3E, 0x1B35],
        [0x1B41] = [0x1B3F, 0x1B35],
        [0x1134B] = [0x11347, 0x1133E],
        [0x1134C] = [0x11347, 0x11357],
        [0x114BC] = [0x114B9, 0x114B0],
        [0x114BE] = [0x114B9, 0x114BD],
        [0x115BA] = [0x115B8, 0x115AF],
        [0x115BB] = [0x115B9, 0x115AF],
        [0x11938] = [0x11935, 0x11930],
        [0x1D15E] = [0x1D157, 0x1D165],
        [0x1D15F] = [0x1D158, 0x1D165],
        [0x1D160] = [0x1D158, 0x1D165, 0x1D16E],
        [0x1D161] = [0x1D158, 0x1D165, 0x1D16F],
        [0x1D162] = [0x1D158, 0x1D165, 0x1D170],
        [0x1D163] = [0x1D158, 0x1D165, 0x1D171],
        [0x1D164] = [0x1D158, 0x1D165, 0x1D172],
        [0x1D1BB] = [0x1D1B9, 0x1D165],
        [0x1D1BC] = [0x1D1BA, 0x1D165],
        [0x1D1BD] = [0x1D1B9, 0x1D165, 0x1D16E],
        [0x1D1BE] = [0x1D1BA, 0x1D165, 0x1D16E],
        [0x1D1BF] = [0x1D1B9, 0x1D165, 0x1D16F],
        [0x1D1C0] = [0x1D1BA, 0x1D165, 0x1D16F],
    };

    private static readonly Dictionary<int, int> Single = Expand();

    /// <summary>Writes what is left of a character, 1 to 3 of them, and returns their number.</summary>
    public static int Write(int codePoint, Span<int> destination)
    {
        if (codePoint is >= FirstHangul and <= LastHangul)
            return WriteHangul(codePoint - FirstHangul, destination);
        if (Several.TryGetValue(codePoint, out int[]? several))
        {
            several.CopyTo(destination);
            return several.Length;
        }
        destination[0] = Single.GetValueOrDefault(codePoint, codePoint);
        return 1;
    }

    private static int WriteHangul(int index, Span<int> destination)
    {
        const int Vowels = 21;
        const int Finals = 28;
        destination[0] = 0x1100 + index / (Vowels * Finals);
        destination[1] = 0x1161 + index / Finals % Vowels;
        destination[2] = 0x11A7 + index % Finals;
        return index % Finals == 0 ? 2 : 3;
    }

    private static Dictionary<int, int> Expand()
    {
        var bases = new Dictionary<int, int>();
        foreach (var (first, text) in Ranges)
        {
            int codePoint = first;
            foreach (var rune in text.EnumerateRunes())
            {
                if (rune.Value != codePoint)
                    bases.Add(codePoint, rune.Value);
                codePoint++;
            }
        }
        return bases;
    }
}
