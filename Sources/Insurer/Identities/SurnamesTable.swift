/// Surnames whose reading differs from the character's usual one, and surnames of two characters.
enum Surnames {
  static let readings: [Character: String] = [
    "单": "shan", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "任": "ren", "华": "hua", "朴": "piao",
    "覃": "qin", "盖": "ge", "折": "she", "种": "chong", "召": "shao", "员": "yun", "洗": "xian", "冼": "xian",
    "黑": "he", "逄": "pang", "祭": "zhai", "秘": "bi", "繁": "po", "缪": "miao", "乐": "yue", "曾": "zeng",
    "翟": "zhai", "郗": "xi", "隗": "wei", "阚": "kan", "谌": "chen", "郇": "xun", "那": "na", "过": "guo",
    "么": "yao", "幺": "yao", "占": "zhan", "应": "ying", "於": "yu", "乜": "nie", "宓": "fu", "莘": "shen",
    "车": "che", "干": "gan", "卜": "bu", "薄": "bo", "柏": "bai", "叶": "ye", "石": "shi", "沈": "shen",
    "尉": "wei", "宁": "ning", "万": "wan", "重": "chong", "长": "chang", "行": "xing", "晟": "cheng", "相": "xiang",
    "尹": "yin", "纪": "ji", "葛": "ge", "都": "du", "佴": "nai", "贠": "yun", "撒": "sa", "教": "jiao",
    "牟": "mu", "燕": "yan", "令": "ling", "曲": "qu", "瞿": "qu", "俞": "yu", "塔": "ta", "厘": "li",
    "厍": "she", "麴": "qu", "难": "ning", "不": "fou", "适": "kuo", "句": "gou", "呙": "guo", "晁": "chao",
    "角": "jue", "藏": "zang", "臧": "zang", "禚": "zhuo", "恽": "yun", "啜": "chuai", "郝": "hao", "郄": "qie",
    "單": "shan", "區": "ou", "樂": "yue", "蓋": "ge", "員": "yun", "萬": "wan", "葉": "ye",
    "華": "hua", "車": "che", "紀": "ji", "應": "ying", "過": "guo", "長": "chang", "種": "chong", "與": "yu",
  ]

  static let compound: [String: [String]] = [
    "尉迟": ["yu", "chi"], "尉遲": ["yu", "chi"], "万俟": ["mo", "qi"], "单于": ["chan", "yu"],
    "长孙": ["zhang", "sun"], "夏侯": ["xia", "hou"], "诸葛": ["zhu", "ge"], "欧阳": ["ou", "yang"],
    "歐陽": ["ou", "yang"], "司马": ["si", "ma"], "上官": ["shang", "guan"], "东方": ["dong", "fang"],
    "赫连": ["he", "lian"], "皇甫": ["huang", "fu"], "澹台": ["tan", "tai"], "公冶": ["gong", "ye"],
    "宗政": ["zong", "zheng"], "濮阳": ["pu", "yang"], "淳于": ["chun", "yu"], "太叔": ["tai", "shu"],
    "申屠": ["shen", "tu"], "公孙": ["gong", "sun"], "仲孙": ["zhong", "sun"], "轩辕": ["xuan", "yuan"],
    "令狐": ["ling", "hu"], "钟离": ["zhong", "li"], "宇文": ["yu", "wen"], "鲜于": ["xian", "yu"],
    "闾丘": ["lv", "qiu"], "司徒": ["si", "tu"], "司空": ["si", "kong"], "亓官": ["qi", "guan"],
    "司寇": ["si", "kou"], "子车": ["zi", "ju"], "颛孙": ["zhuan", "sun"], "端木": ["duan", "mu"],
    "巫马": ["wu", "ma"], "公西": ["gong", "xi"], "漆雕": ["qi", "diao"], "乐正": ["yue", "zheng"],
    "壤驷": ["rang", "si"], "公良": ["gong", "liang"], "拓跋": ["tuo", "ba"], "夹谷": ["jia", "gu"],
    "宰父": ["zai", "fu"], "谷梁": ["gu", "liang"], "呼延": ["hu", "yan"], "南宫": ["nan", "gong"],
    "独孤": ["du", "gu"], "慕容": ["mu", "rong"], "西门": ["xi", "men"], "百里": ["bai", "li"],
    "东郭": ["dong", "guo"], "南门": ["nan", "men"], "即墨": ["ji", "mo"], "达奚": ["da", "xi"],
    "第五": ["di", "wu"], "梁丘": ["liang", "qiu"], "左丘": ["zuo", "qiu"], "东门": ["dong", "men"],
    "羊舌": ["yang", "she"], "微生": ["wei", "sheng"], "完颜": ["wan", "yan"], "纳兰": ["na", "lan"],
    "耶律": ["ye", "lv"], "欧陽": ["ou", "yang"], "司馬": ["si", "ma"], "諸葛": ["zhu", "ge"],
    "長孫": ["zhang", "sun"], "鍾離": ["zhong", "li"],
  ]
}
