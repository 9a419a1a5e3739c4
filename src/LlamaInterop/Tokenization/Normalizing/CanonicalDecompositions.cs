using System.Collections.Frozen;

namespace LlamaInterop.Tokenization;

/// <summary>The canonical decompositions of the Unicode Character Database, but for those of Hangul syllables, which go by arithmetic.</summary>
/// <remarks>.NET has them only through ICU, which an application with invariant globalization does not load. Unicode Standard, 3.7.</remarks>
internal static class CanonicalDecompositions
{
    // For each second character, the pairs of a character and the first of the two that it decomposes into.
    private static readonly (int Second, string Pairs)[] Pairs =
    [
        (0x300, "ÀAÈEÌIÒOÙUàaèeìiòoùuǛÜǜüǸNǹnЀЕЍИѐеѝиḔĒḕēṐŌṑōẀWẁwẦÂầâẰĂằăỀÊềêỒÔồôỜƠờơỪƯừưỲYỳyἂἀἃἁἊἈἋἉἒἐἓἑἚἘἛἙἢἠἣἡἪἨἫἩἲἰἳἱἺἸἻἹὂὀὃὁὊὈὋὉὒὐὓὑ"
            + "ὛὙὢὠὣὡὪὨὫὩὰαὲεὴηὶιὸοὺυὼωᾺΑῈΕῊΗ῍᾿ῒϊῚΙ῝῾ῢϋῪΥ῭¨ῸΟῺΩ"),
        (0x301, "ÁAÉEÍIÓOÚUÝYáaéeíióoúuýyĆCćcĹLĺlŃNńnŔRŕrŚSśsŹZźzǗÜǘüǴGǵgǺÅǻåǼÆǽæǾØǿø\u0344\u0308΅¨ΆΑΈΕΉΗΊΙΌΟΎΥΏΩΐϊάαέεήηίιΰϋόούυώωϓϒЃГЌК"
            + "ѓгќкḈÇḉçḖĒḗēḮÏḯïḰKḱkḾMḿmṌÕṍõṒŌṓōṔPṕpṸŨṹũẂWẃwẤÂấâẮĂắăẾÊếêỐÔốôỚƠớơỨƯứưἄἀἅἁἌἈἍἉἔἐἕἑἜἘἝἙἤἠἥἡἬἨἭἩἴἰἵἱἼἸἽἹὄὀὅὁὌὈὍὉὔὐὕὑὝὙὤὠὥὡὬὨ"
            + "ὭὩ῎᾿῞῾"),
        (0x302, "ÂAÊEÎIÔOÛUâaêeîiôoûuĈCĉcĜGĝgĤHĥhĴJĵjŜSŝsŴWŵwŶYŷyẐZẑzẬẠậạỆẸệẹỘỌộọ"),
        (0x303, "ÃAÑNÕOãañnõoĨIĩiŨUũuṼVṽvẪÂẫâẴĂẵăẼEẽeỄÊễêỖÔỗôỠƠỡơỮƯữưỸYỹy"),
        (0x304, "ĀAāaĒEēeĪIīiŌOōoŪUūuǕÜǖüǞÄǟäǠȦǡȧǢÆǣæǬǪǭǫȪÖȫöȬÕȭõȰȮȱȯȲYȳyӢИӣиӮУӯуḠGḡgḸḶḹḷṜṚṝṛᾱαᾹΑῑιῙΙῡυῩΥ"),
        (0x306, "ĂAăaĔEĕeĞGğgĬIĭiŎOŏoŬUŭuЎУЙИйиўуӁЖӂжӐАӑаӖЕӗеḜȨḝȩẶẠặạᾰαᾸΑῐιῘΙῠυῨΥ"),
        (0x307, "ĊCċcĖEėeĠGġgİIŻZżzȦAȧaȮOȯoḂBḃbḊDḋdḞFḟfḢHḣhṀMṁmṄNṅnṖPṗpṘRṙrṠSṡsṤŚṥśṦŠṧšṨṢṩṣṪTṫtẆWẇwẊXẋxẎYẏyẛſ"),
        (0x308, "ÄAËEÏIÖOÜUäaëeïiöoüuÿyŸYΪΙΫΥϊιϋυϔϒЁЕЇІёеїіӒАӓаӚӘӛәӜЖӝжӞЗӟзӤИӥиӦОӧоӪӨӫөӬЭӭэӰУӱуӴЧӵчӸЫӹыḦHḧhṎÕṏõṺŪṻūẄWẅwẌXẍxẗt"),
        (0x309, "ẢAảaẨÂẩâẲĂẳăẺEẻeỂÊểêỈIỉiỎOỏoỔÔổôỞƠởơỦUủuỬƯửưỶYỷy"),
        (0x30A, "ÅAåaŮUůuẘwẙy"),
        (0x30B, "ŐOőoŰUűuӲУӳу"),
        (0x30C, "ČCčcĎDďdĚEěeĽLľlŇNňnŘRřrŠSšsŤTťtŽZžzǍAǎaǏIǐiǑOǒoǓUǔuǙÜǚüǦGǧgǨKǩkǮƷǯʒǰjȞHȟh"),
        (0x30F, "ȀAȁaȄEȅeȈIȉiȌOȍoȐRȑrȔUȕuѶѴѷѵ"),
        (0x311, "ȂAȃaȆEȇeȊIȋiȎOȏoȒRȓrȖUȗu"),
        (0x313, "ἀαἈΑἐεἘΕἠηἨΗἰιἸΙὀοὈΟὐυὠωὨΩῤρ"),
        (0x314, "ἁαἉΑἑεἙΕἡηἩΗἱιἹΙὁοὉΟὑυὙΥὡωὩΩῥρῬΡ"),
        (0x31B, "ƠOơoƯUưu"),
        (0x323, "ḄBḅbḌDḍdḤHḥhḲKḳkḶLḷlṂMṃmṆNṇnṚRṛrṢSṣsṬTṭtṾVṿvẈWẉwẒZẓzẠAạaẸEẹeỊIịiỌOọoỢƠợơỤUụuỰƯựưỴYỵy"),
        (0x324, "ṲUṳu"),
        (0x325, "ḀAḁa"),
        (0x326, "ȘSșsȚTțt"),
        (0x327, "ÇCçcĢGģgĶKķkĻLļlŅNņnŖRŗrŞSşsŢTţtȨEȩeḐDḑdḨHḩh"),
        (0x328, "ĄAąaĘEęeĮIįiŲUųuǪOǫo"),
        (0x32D, "ḒDḓdḘEḙeḼLḽlṊNṋnṰTṱtṶUṷu"),
        (0x32E, "ḪHḫh"),
        (0x330, "ḚEḛeḬIḭiṴUṵu"),
        (0x331, "ḆBḇbḎDḏdḴKḵkḺLḻlṈNṉnṞRṟrṮTṯtẔZẕzẖh"),
        (0x338, "↚←↛→↮↔⇍⇐⇎⇔⇏⇒∄∃∉∈∌∋∤∣∦∥≁∼≄≃≇≅≉≈≠=≢≡≭≍≮<≯>≰≤≱≥≴≲≵≳≸≶≹≷⊀≺⊁≻⊄⊂⊅⊃⊈⊆⊉⊇⊬⊢⊭⊨⊮⊩⊯⊫⋠≼⋡≽⋢⊑⋣⊒⋪⊲⋫⊳⋬⊴⋭⊵⫝̸⫝"),
        (0x342, "ἆἀἇἁἎἈἏἉἦἠἧἡἮἨἯἩἶἰἷἱἾἸἿἹὖὐὗὑὟὙὦὠὧὡὮὨὯὩᾶα῁¨ῆη῏᾿ῖιῗϊ῟῾ῦυῧϋῶω"),
        (0x345, "ᾀἀᾁἁᾂἂᾃἃᾄἄᾅἅᾆἆᾇἇᾈἈᾉἉᾊἊᾋἋᾌἌᾍἍᾎἎᾏἏᾐἠᾑἡᾒἢᾓἣᾔἤᾕἥᾖἦᾗἧᾘἨᾙἩᾚἪᾛἫᾜἬᾝἭᾞἮᾟἯᾠὠᾡὡᾢὢᾣὣᾤὤᾥὥᾦὦᾧὧᾨὨᾩὩᾪὪᾫὫᾬὬᾭὭᾮὮᾯὯᾲὰᾳαᾴάᾷᾶᾼΑῂὴῃηῄήῇῆῌΗῲὼῳω"
            + "ῴώῷῶῼΩ"),
        (0x5B4, "\uFB1D\u05D9"),
        (0x5B7, "\uFB1F\u05F2\uFB2E\u05D0"),
        (0x5B8, "\uFB2F\u05D0"),
        (0x5B9, "\uFB4B\u05D5"),
        (0x5BC, "\uFB30\u05D0\uFB31\u05D1\uFB32\u05D2\uFB33\u05D3\uFB34\u05D4\uFB35\u05D5\uFB36\u05D6\uFB38\u05D8\uFB39\u05D9\uFB3A\u05DA"
            + "\uFB3B\u05DB\uFB3C\u05DC\uFB3E\u05DE\uFB40\u05E0\uFB41\u05E1\uFB43\u05E3\uFB44\u05E4\uFB46\u05E6\uFB47\u05E7\uFB48\u05E8"
            + "\uFB49\u05E9\uFB4A\u05EA"),
        (0x5BF, "\uFB4C\u05D1\uFB4D\u05DB\uFB4E\u05E4"),
        (0x5C1, "\uFB2A\u05E9\uFB2C\uFB49"),
        (0x5C2, "\uFB2B\u05E9\uFB2D\uFB49"),
        (0x653, "\u0622\u0627"),
        (0x654, "\u0623\u0627\u0624\u0648\u0626\u064A\u06C0\u06D5\u06C2\u06C1\u06D3\u06D2"),
        (0x655, "\u0625\u0627"),
        (0x93C, "ऩनऱरऴळक़कख़खग़गज़जड़डढ़ढफ़फय़य"),
        (0x9BC, "ড়ডঢ়ঢয়য"),
        (0x9BE, "\u09CB\u09C7"),
        (0x9D7, "\u09CC\u09C7"),
        (0xA3C, "ਲ਼ਲਸ਼ਸਖ਼ਖਗ਼ਗਜ਼ਜਫ਼ਫ"),
        (0xB3C, "ଡ଼ଡଢ଼ଢ"),
        (0xB3E, "\u0B4B\u0B47"),
        (0xB56, "\u0B48\u0B47"),
        (0xB57, "\u0B4C\u0B47"),
        (0xBBE, "\u0BCA\u0BC6\u0BCB\u0BC7"),
        (0xBD7, "ஔஒ\u0BCC\u0BC6"),
        (0xC56, "\u0C48\u0C46"),
        (0xCC2, "\u0CCA\u0CC6"),
        (0xCD5, "\u0CC0\u0CBF\u0CC7\u0CC6\u0CCB\u0CCA"),
        (0xCD6, "\u0CC8\u0CC6"),
        (0xD3E, "\u0D4A\u0D46\u0D4B\u0D47"),
        (0xD57, "\u0D4C\u0D46"),
        (0xDCA, "\u0DDA\u0DD9\u0DDD\u0DDC"),
        (0xDCF, "\u0DDC\u0DD9"),
        (0xDDF, "\u0DDE\u0DD9"),
        (0xF72, "\u0F73\u0F71"),
        (0xF74, "\u0F75\u0F71"),
        (0xF80, "\u0F76\u0FB2\u0F78\u0FB3\u0F81\u0F71"),
        (0xFB5, "ཀྵཀ\u0FB9\u0F90"),
        (0xFB7, "གྷགཌྷཌདྷདབྷབཛྷཛ\u0F93\u0F92\u0F9D\u0F9C\u0FA2\u0FA1\u0FA7\u0FA6\u0FAC\u0FAB"),
        (0x102E, "ဦဥ"),
        (0x1B35, "ᬆᬅᬈᬇᬊᬉᬌᬋᬎᬍᬒᬑ\u1B3B\u1B3A\u1B3D\u1B3C\u1B40\u1B3E\u1B41\u1B3F\u1B43\u1B42"),
        (0x3099, "がかぎきぐくげけごこざさじしずすぜせぞそだたぢちづつでてどとばはびひぶふべへぼほゔうゞゝガカギキグクゲケゴコザサジシズスゼセゾソダタヂチヅツデテドトバハビヒブフベヘボホヴウヷワヸヰヹヱヺヲヾヽ"),
        (0x309A, "ぱはぴひぷふぺへぽほパハピヒプフペヘポホ"),
        (0x110BA, "𑂚𑂙𑂜𑂛𑂫𑂥"),
        (0x11127, "\U0001112E\U00011131\U0001112F\U00011132"),
        (0x1133E, "\U0001134B\U00011347"),
        (0x11357, "\U0001134C\U00011347"),
        (0x114B0, "\U000114BC\U000114B9"),
        (0x114BA, "\U000114BB\U000114B9"),
        (0x114BD, "\U000114BE\U000114B9"),
        (0x115AF, "\U000115BA\U000115B8\U000115BB\U000115B9"),
        (0x11930, "\U00011938\U00011935"),
        (0x1D165, "𝅗𝅥𝅗𝅘𝅥𝅘𝆹𝅥𝆹𝆺𝅥𝆺"),
        (0x1D16E, "𝅘𝅥𝅮𝅘𝅥𝆹𝅥𝅮𝆹𝅥𝆺𝅥𝅮𝆺𝅥"),
        (0x1D16F, "𝅘𝅥𝅯𝅘𝅥𝆹𝅥𝅯𝆹𝅥𝆺𝅥𝅯𝆺𝅥"),
        (0x1D170, "𝅘𝅥𝅰𝅘𝅥"),
        (0x1D171, "𝅘𝅥𝅱𝅘𝅥"),
        (0x1D172, "𝅘𝅥𝅲𝅘𝅥"),
    ];

    // Characters from First on that decompose into one other each.
    private static readonly (int First, string Others)[] Singles =
    [
        (0x340, "\u0300\u0301"),
        (0x343, "\u0313"),
        (0x374, "ʹ"),
        (0x37E, ";"),
        (0x387, "·"),
        (0x1F71, "ά"),
        (0x1F73, "έ"),
        (0x1F75, "ή"),
        (0x1F77, "ί"),
        (0x1F79, "ό"),
        (0x1F7B, "ύ"),
        (0x1F7D, "ώ"),
        (0x1FBB, "Ά"),
        (0x1FBE, "ι"),
        (0x1FC9, "Έ"),
        (0x1FCB, "Ή"),
        (0x1FD3, "ΐ"),
        (0x1FDB, "Ί"),
        (0x1FE3, "ΰ"),
        (0x1FEB, "Ύ"),
        (0x1FEE, "΅`"),
        (0x1FF9, "Ό"),
        (0x1FFB, "Ώ"),
        (0x1FFD, "´"),
        (0x2000, "\u2002\u2003"),
        (0x2126, "Ω"),
        (0x212A, "KÅ"),
        (0x2329, "〈〉"),
        (0xF900, "豈更車賈滑串句龜龜契金喇奈懶癩羅蘿螺裸邏樂洛烙珞落酪駱亂卵欄爛蘭鸞嵐濫藍襤拉臘蠟廊朗浪狼郎來冷勞擄櫓爐盧老蘆虜路露魯鷺碌祿綠菉錄"),
        (0xF940, "鹿論壟弄籠聾牢磊賂雷壘屢樓淚漏累縷陋勒肋凜凌稜綾菱陵讀拏樂諾丹寧怒率異北磻便復不泌數索參塞省葉說殺辰沈拾若掠略亮兩凉梁糧良諒量勵"),
        (0xF980, "呂女廬旅濾礪閭驪麗黎力曆歷轢年憐戀撚漣煉璉秊練聯輦蓮連鍊列劣咽烈裂說廉念捻殮簾獵令囹寧嶺怜玲瑩羚聆鈴零靈領例禮醴隸惡了僚寮尿料樂"),
        (0xF9C0, "燎療蓼遼龍暈阮劉杻柳流溜琉留硫紐類六戮陸倫崙淪輪律慄栗率隆利吏履易李梨泥理痢罹裏裡里離匿溺吝燐璘藺隣鱗麟林淋臨立笠粒狀炙識什茶刺"),
        (0xFA00, "切度拓糖宅洞暴輻行降見廓兀嗀"),
        (0xFA10, "塚"),
        (0xFA12, "晴"),
        (0xFA15, "凞猪益礼神祥福靖精羽"),
        (0xFA20, "蘒"),
        (0xFA22, "諸"),
        (0xFA25, "逸都"),
        (0xFA2A, "飯飼館鶴郞隷侮僧免勉勤卑喝嘆器塀墨層屮悔慨憎懲敏既暑梅海渚漢煮爫琢碑社祉祈祐祖祝禍禎穀突節練縉繁署者臭艹艹著褐視謁謹賓贈辶逸難響"),
        (0xFA6A, "頻恵𤋮舘"),
        (0xFA70, "並况全侀充冀勇勺喝啕喙嗢塚墳奄奔婢嬨廒廙彩徭惘慎愈憎慠懲戴揄搜摒敖晴朗望杖歹殺流滛滋漢瀞煮瞧爵犯猪瑱甆画瘝瘟益盛直睊着磌窱節类絛"),
        (0xFAB0, "練缾者荒華蝹襁覆視調諸請謁諾諭謹變贈輸遲醙鉶陼難靖韛響頋頻鬒龜𢡊𢡄𣏕㮝䀘䀹𥉉𥳐𧻓齃龎"),
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

    // What decomposes into two, but is not composed of them again: the composition exclusions.
    private const string Excluded =
        "\u0344क़ख़ग़ज़ड़ढ़फ़य़ড়ঢ়য়ਲ਼ਸ਼ਖ਼ਗ਼ਜ਼ਫ਼ଡ଼ଢ଼གྷཌྷདྷབྷཛྷཀྵ\u0F73\u0F75\u0F76\u0F78\u0F81\u0F93\u0F9D\u0FA2\u0FA7\u0FAC\u0FB9⫝̸\uFB1D\uFB1F\uFB2A"
        + "\uFB2B\uFB2C\uFB2D\uFB2E\uFB2F\uFB30\uFB31\uFB32\uFB33\uFB34\uFB35\uFB36\uFB38\uFB39\uFB3A\uFB3B\uFB3C\uFB3E\uFB40\uFB41"
        + "\uFB43\uFB44\uFB46\uFB47\uFB48\uFB49\uFB4A\uFB4B\uFB4C\uFB4D\uFB4E𝅗𝅥𝅘𝅥𝅘𝅥𝅮𝅘𝅥𝅯𝅘𝅥𝅰𝅘𝅥𝅱𝅘𝅥𝅲𝆹𝅥𝆺𝅥𝆹𝅥𝅮𝆺𝅥𝅮𝆹𝅥𝅯𝆺𝅥𝅯";

    private static readonly FrozenDictionary<int, (int First, int Second)> Parts = ReadParts().ToFrozenDictionary();
    private static readonly FrozenSet<int> Seconds = Pairs.Select(pair => pair.Second).ToFrozenSet();
    private static readonly FrozenDictionary<(int First, int Second), int> Wholes = ReadWholes().ToFrozenDictionary();

    /// <summary>Whether a character is the second of two that make one.</summary>
    public static bool IsSecond(int codePoint) => Seconds.Contains(codePoint);

    /// <summary>Whether composing does not give a character back that was taken apart.</summary>
    public static bool IsLost(int codePoint) =>
        Parts.TryGetValue(codePoint, out var parts) && (parts.Second == 0 || !Wholes.TryGetValue(parts, out int whole) || whole != codePoint);

    /// <summary>What a character decomposes into, one step; the second is 0 where there is none.</summary>
    public static bool TryGet(int codePoint, out (int First, int Second) parts) => Parts.TryGetValue(codePoint, out parts);

    /// <summary>The character that two make, or -1.</summary>
    public static int Compose(int first, int second) => Wholes.TryGetValue((first, second), out int whole) ? whole : -1;

    private static IEnumerable<KeyValuePair<int, (int, int)>> ReadParts()
    {
        foreach (var (second, pairs) in Pairs)
        {
            foreach (var pair in pairs.EnumerateRunes().Chunk(2))
                yield return new(pair[0].Value, (pair[1].Value, second));
        }
        foreach (var (first, others) in Singles)
        {
            int codePoint = first;
            foreach (var other in others.EnumerateRunes())
                yield return new(codePoint++, (other.Value, 0));
        }
    }

    private static IEnumerable<KeyValuePair<(int, int), int>> ReadWholes()
    {
        HashSet<int> excluded = [.. Excluded.EnumerateRunes().Select(rune => rune.Value)];
        return Parts.Where(part => part.Value.Second != 0 && !excluded.Contains(part.Key)).Select(part => KeyValuePair.Create(part.Value, part.Key));
    }
}
