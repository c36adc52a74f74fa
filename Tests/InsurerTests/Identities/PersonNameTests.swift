import Testing

@testable import Insurer

struct PersonNameTests {
  @Test(
    "folds names and keeps their characters",
    arguments: [
      ("  王 敏 ", "王敏"), ("吴  聪勋", "吴聪勋"), ("𠮷野家", "𠮷野家"), ("䶮𬭎", "䶮𬭎"), ("买买提•艾力", "买买提·艾力"),
      ("Ａｎｎａ　Lee", "Anna Lee"), ("Anna   Lee", "Anna Lee"), ("张三（小）", "张三（小）"), ("O'Neil", "O'Neil"),
    ])
  func folds(text: String, expected: String) throws {
    #expect(try PersonName.parse(text).text == expected)
  }

  @Test(
    "refuses what is no name",
    arguments: [
      ("", ValidationCode.nameMissing), ("　 ", .nameMissing), ("12345", .nameInvalid), ("王敏<b>", .nameInvalid),
      ("王\u{0}敏", .nameInvalid), ("···", .nameInvalid), (String(repeating: "王", count: 101), .tooLong),
    ])
  func notNames(text: String, code: ValidationCode) {
    #expect(throws: ReadingFault(code)) { try PersonName.parse(text) }
  }

  @Test(
    "knows organisations by their endings",
    arguments: [
      ("平川信托有限公司", true), ("阳光3厂", true), ("王中心", false), ("王敏", false), ("Acme Co., Ltd.", true),
    ])
  func organisations(name: String, expected: Bool) throws {
    #expect(PersonName.looksLikeOrganisation(name) == expected)
    if expected { _ = try PersonName.parse(name, organisation: true) }
  }

  @Test(
    "reads names in pinyin",
    arguments: [
      ("王敏", "wangmin", "wm"), ("曾小贤", "zengxiaoxian", "zxx"), ("单雄信", "shanxiongxin", "sxx"),
      ("仇英", "qiuying", "qy"), ("区小明", "ouxiaoming", "oxm"), ("解珍", "xiezhen", "xz"), ("查良镛", "zhaliangyong", "zly"),
      ("任贤齐", "renxianqi", "rxq"), ("华佗", "huatuo", "ht"), ("尉迟恭", "yuchigong", "ycg"), ("尉健", "weijian", "wj"),
      ("欧阳娜娜", "ouyangnana", "oynn"), ("吕布", "lvbu", "lb"), ("𠮷田", "jitian", "jt"), ("朴树", "piaoshu", "ps"),
      ("翟志刚", "zhaizhigang", "zzg"), ("Anna Lee", "annalee", "al"), ("买买提·艾力", "maimaitiaili", "mmtal"),
      ("任务管理中心", "renwuguanlizhongxin", "rwglzx"), ("", "", ""), ("·", "", ""), ("李A华", "liahua", "lah"),
    ])
  func pinyin(name: String, key: String, initials: String) {
    let pinyin = Pinyin(name)
    #expect(pinyin.key == key)
    #expect(pinyin.initials == initials)
  }

  @Test func foldsWhatIsTypedToTheSameForm() {
    #expect(Pinyin.query("Wang Min") == "wangmin")
    #expect(Pinyin.query("lü bu") == "lvbu")
    #expect(Pinyin.query("xi'an") == "xian")
    #expect(Pinyin.query("王") == nil)
    #expect(Pinyin.query(" ") == nil)
  }
}
