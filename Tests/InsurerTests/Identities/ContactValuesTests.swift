import Kernel
import Testing

@testable import Insurer

struct ContactValuesTests {
  @Test(
    "reads mobiles in the ways of files",
    arguments: [
      ("13800001111", "13800001111"), ("138-0000-1111", "13800001111"), ("+8613800001111", "13800001111"),
      ("+86 138 0000 1111", "13800001111"), ("008613800001111", "13800001111"), ("8613800001111", "13800001111"),
      ("+85291234567", "+85291234567"), ("19900001111", "19900001111"),
    ])
  func mobiles(text: String, expected: String) throws {
    #expect(try Mobile.parse(text).number == expected)
  }

  @Test(
    "refuses other numbers",
    arguments: [
      "", "1380000111", "138000011112", "12345678901", "10000000000", "01088886666", "1380000111a", "13800001111;",
      "１３８００００１１１１", "14000000001", "+", "+8612345678901", "+86", "138+00001111",
    ])
  func notMobiles(text: String) {
    #expect(throws: ReadingFault(.mobileInvalid)) { try Mobile.parse(text) }
  }

  @Test func admitsTheDemosSegmentOnlyBySetting() throws {
    #expect(try Mobile.parse("14000000001", admitsDemo: true).lastFour == "0001")
  }

  @Test(
    "checks unified social credit codes",
    arguments: [
      ("91350100M000100Y43", nil), ("91350100m000100y43", nil), ("91350100M000100Y44", ValidationCode.usccChecksum),
      ("91350100M000100Y4", .usccInvalid), ("9135010IM000100Y43", .usccInvalid), ("", .usccInvalid),
    ])
  func creditCodes(text: String, fault: ValidationCode?) {
    do {
      let code = try USCC.parse(text)
      #expect(fault == nil)
      #expect(code.number == "91350100M000100Y43")
    } catch {
      #expect(error.code == fault)
    }
  }

  @Test(
    "checks documents by the form of their type",
    arguments: [
      (IDType.passport, "E12345678", true), (.passport, "e 1234 5678", true), (.passport, "PASSPORT", false),
      (.hkMacaoPermit, "H12345678", true), (.hkMacaoPermit, "CA1234567", true), (.hkMacaoPermit, "12345678", false),
      (.taiwanPermit, "12345678", true), (.taiwanPermit, "1234", false),
      (.foreignResident, "USA123456789012", true), (.foreignResident, "123", false),
      (.birthCertificate, "T430123456", true), (.birthCertificate, "430123456", false),
      (.military, "军字第1234567号", true), (.military, "军", false), (.householdRegister, "123456789", true),
      (.residentID, "11010519491231002X", true), (.uscc, "91350100M000100Y43", true),
    ])
  func documents(type: IDType, text: String, isValid: Bool) {
    let document = try? IdentityDocument.parse(type, text, ResidentIDTests.rules)
    #expect((document != nil) == isValid)
  }

  @Test(
    "checks e-mail addresses",
    arguments: [
      ("zhang.san@example.com", true), ("李四@例子.公司", true), ("a@b", false), ("a b@c.cn", false), ("@c.cn", false),
      ("a@@c.cn", false), ("a@-c.cn", false), ("a@c.c", false), ("a..b@c.cn", false), ("a@1.2.3.4", false),
    ])
  func emails(text: String, isValid: Bool) {
    #expect(((try? Email.parse(text)) != nil) == isValid)
  }

  @Test func masksKeepWhatIsAllowed() {
    #expect(Masks.identity("11010519491231002X") == "110***********002X")
    #expect(Masks.identity("E12345678") == "E******78")
    #expect(Masks.identity("1") == "*")
    #expect(Masks.mobile("13812340000") == "138****0000")
    #expect(Masks.mobile("+85291234567") == "+85******567")
    #expect(Masks.email("zhang@example.com") == "z***@example.com")
    #expect(Masks.email("@x") == "***")
    #expect(Masks.address("广东省韶关市乐昌市科技路104号") == "广东省韶关市***")
    #expect(Masks.address("北京路1号") == "北京***")
    #expect(Masks.account("6222021234567890123") == "***************0123")
    #expect(Masks.name("王小明") == "王**")
    #expect(Masks.name("欧阳修") == "欧阳*")
    #expect(Masks.name("Ann") == "A**")
  }
}
