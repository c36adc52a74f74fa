import Kernel

/// How many people the demo insurer has.
package enum DemoSize: String, CaseIterable, Sendable {
  case s = "S"
  case m = "M"
  case l = "L"

  package var people: Int {
    switch self {
    case .s: 2_000
    case .m: 100_000
    case .l: 1_000_000
    }
  }
}

/// What decides every row of the demo: equal settings give equal rows on every machine.
package struct DemoSetting: Sendable {
  package let seed: UInt64
  package let people: Int
  /// The day on which every history ends.
  package let day: Day

  package init(seed: UInt64 = 1, people: Int, day: Day) {
    self.seed = seed
    self.people = max(people, 50)
    self.day = day
  }

  package init(seed: UInt64 = 1, size: DemoSize, day: Day) {
    self.init(seed: seed, people: size.people, day: day)
  }

  /// The core system's nightly run, of which every status says that it is as of then.
  var statusAsOf: Instant { Instant(day) }

  /// How many people share the one number that somebody entered for everyone.
  var sharedMobileCount: Int { people >= 100_000 ? 412 : max(12, people * 412 / 100_000) }
}

/// Numbers of persons that are valid in form and belong to nobody.
enum DemoNumbers {
  /// A resident ID with region 99xxxx, which is not assigned; unique for each index below 5,000,000.
  static func residentID(_ index: Int, birth: Day, female: Bool) -> String {
    let (region, half) = (index * 2_736_481 % 5_000_000).quotientAndRemainder(dividingBy: 500)
    return ResidentID.make(region: 990_000 + region, birth: birth, order: half * 2 + (female ? 0 : 1))
  }

  /// The older form of the same number: 15 digits, without century and check character.
  static func shortened(_ residentID: String) -> String {
    String(residentID.prefix(6)) + String(residentID.dropFirst(8).prefix(9))
  }

  /// A unified social credit code (GB 32100) of the unassigned region 99; unique for each index below 10⁹.
  static func creditCode(_ index: Int) -> String {
    let body = "9199\(pad(index % 10_000, 4))MA\(pad(index, 7))"
    return body + String(decoding: [USCC.checkCharacter(of: Array(body.utf8))], as: UTF8.self)
  }

  /// Whose number it is: numbers of different users never meet.
  enum MobileUse: Int { case person, duplicate, staff, shared }

  /// A mobile number of the demo's range; unique for each use and index below 10,000,000.
  static func mobile(_ index: Int, _ use: MobileUse) -> String {
    "\(Mobile.demoSegment)\(use.rawValue)\(pad(index * 7_654_321 % 10_000_000, 7))"
  }

  static func pad(_ number: Int, _ places: Int) -> String {
    let digits = String(number)
    return digits.utf8.count >= places ? digits : String(repeating: "0", count: places - digits.utf8.count) + digits
  }
}
