import Kernel

/// What is wrong in an insurer's files: second records of one person, mistyped numbers, impossible dates.
extension DemoBlockMaker {
  /// Small faults in a first record; the shares are those of the demo's description.
  mutating func soil(_ row: inout DemoCustomer, _ person: DemoPerson) {
    if !row.mobile.isEmpty {
      let step = max(1, setting.people / setting.sharedMobileCount)
      if person.index % step == 7 % step {
        row.mobile = DemoNumbers.mobile(0, .shared)
      } else if random.chance(200) {
        row.mobile = spoiledMobile(row.mobile)
      }
    }
    let fault = random.below(10_000)
    if row.idType == "resident_id", fault < 50 {
      row.nationalID = spoiledID(row.nationalID)
    } else if fault < 150 {
      row.birthDate = person.birth.adding(months: fault % 2 == 0 ? 1 : -12)
    } else if fault < 180 {
      row.createdOn = Day(year: 2099, month: 12, day: 31) ?? day
    } else if fault < 230, !row.nationalID.isEmpty {
      row.gender = ""
    }
  }

  private mutating func spoiledMobile(_ mobile: String) -> String {
    switch random.below(3) {
    case 0: String(mobile.dropLast())
    case 1: "00000000000"
    default: "2\(mobile.dropFirst())"
    }
  }

  /// One digit of the order changed: the check character no longer fits.
  private func spoiledID(_ number: String) -> String {
    var digits = Array(number)
    guard digits.count == 18, let digit = digits[15].wholeNumberValue else { return number }
    digits[15] = Character(String((digit + 4) % 10))
    return String(digits)
  }

  /// A second record of the same person, as another channel wrote it.
  mutating func duplicate(of row: DemoCustomer, _ person: DemoPerson, key: String) -> DemoCustomer {
    var copy = row
    copy.sourceID = key
    copy.channel = random.pick(["bancassurance", "broker", "online", "telesales"])
    copy.owner = ""
    copy.createdOn = min(day, person.createdOn + random.within(30...900))
    copy.email = ""
    switch random.below(5) {
    case 0:
      copy.name = swapped(row.name, DemoNames.homophones.mapValues { Character($0) })
      copy.mobile = DemoNumbers.mobile(person.index, .duplicate)
    case 1: copy.name = swapped(row.name, DemoNames.traditional.mapValues { Character($0) })
    case 2:
      if person.birth.year < 2000 { copy.nationalID = DemoNumbers.shortened(row.nationalID) }
      copy.mobile = DemoNumbers.mobile(person.index, .duplicate)
    case 3:
      copy.nationalID = ""
      copy.idType = ""
      copy.mobile = DemoNumbers.mobile(person.index, .duplicate)
      copy.address = ""
    default:
      if let spouse = person.spouse { copy.mobile = DemoNumbers.mobile(people[spouse].index, .person) }
      copy.gender = row.gender == "male" ? "female" : "male"
    }
    return copy
  }

  /// The name with the first character that the table knows exchanged, the surname left to the traditional table.
  private func swapped(_ name: String, _ table: [Character: Character]) -> String {
    var letters = Array(name)
    for place in letters.indices.reversed() {
      if let other = table[letters[place]] {
        letters[place] = other
        break
      }
    }
    return String(letters)
  }

  /// Shares of one rank that do not add up to the whole, in 8 of 1,000 designations.
  mutating func soil(_ parties: inout [DemoParty]) {
    guard !parties.isEmpty, random.chance(80) else { return }
    parties[0].share = .percent(parties.count == 1 ? 90 : 40)
  }
}
