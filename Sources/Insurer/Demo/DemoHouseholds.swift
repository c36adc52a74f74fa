import Kernel

/// A person of the demo while the rows are being made.
struct DemoPerson: Sendable {
  var index: Int
  var key: String
  var name: String
  var female: Bool
  var birth: Day
  var isChild = false
  /// Contracts that the person holds as policyholder; 0 for the insured only and for prospects.
  var contracts = 0
  /// What the contracts in force cost a year, in fen.
  var yearlyPremium: Int64 = 0
  var spouse: Int?
  var children: [Int] = []
  /// The present agent of the household.
  var agent = 0
  var createdOn: Day
  var diedOn: Day?
  /// The key of a second record of the same person, to which some of the policies belong.
  var duplicate: String?
  /// Contacts a year.
  var contactRate = 4.0
}

/// Makes the rows of one block of about a hundred people, independently of all other blocks.
struct DemoBlockMaker {
  let setting: DemoSetting
  let roster: DemoRoster
  var random: DemoRandom
  var block = DemoBlock()
  /// The people of this block; the indices of `spouse` and `children` point into it.
  var people: [DemoPerson] = []
  /// The policies of each person so far, for their numbers.
  var policyCounts: [Int] = []
  /// The claims of each person so far.
  var claimCounts: [Int] = []
  var contactCounts: [Int] = []
  /// Contacts that events brought, to be written with the person's others.
  var pending: [(person: Int, cause: ContactCause, day: Day)] = []
  let firstIndex: Int
  var day: Day { setting.day }

  init(_ setting: DemoSetting, _ roster: DemoRoster, block number: Int, firstIndex: Int) {
    self.setting = setting
    self.roster = roster
    self.firstIndex = firstIndex
    random = DemoRandom(seed: setting.seed, 1, number)
  }

  /// Fills the block with households until it has `count` people, then gives them their histories.
  mutating func make(_ count: Int) {
    while people.count < count { addHousehold(room: count - people.count) }
    for index in people.indices { addHistory(index) }
    addReferrals()
    addEmployer()
    for index in people.indices { addCustomer(index) }
    for index in people.indices { addContacts(index) }
    addApplication()
  }

  static func customerKey(_ index: Int) -> String { "C\(DemoNumbers.pad(index + 1, 7))" }

  // MARK: Who lives together

  static let ageWeights = DemoWeights([40, 140, 310, 240, 180, 75, 15])
  static let ageBands = [18...24, 25...30, 31...40, 41...50, 51...60, 61...70, 71...84]
  static let contractWeights = DemoWeights([360, 200, 184, 90, 60, 40, 25, 12, 9, 7, 5, 4, 2, 2])

  private mutating func addHousehold(room: Int) {
    let agent = roster.drawAgent(&random)
    let age = random.within(Self.ageBands[Self.ageWeights.draw(&random)])
    let married = room >= 2 && random.chance(age < 25 ? 1_200 : age < 31 ? 6_000 : 8_600)
    let female = married ? random.chance(5_000) : random.chance(7_200)
    let head = addAdult(age: age, female: female, agent: agent, insuredOnly: false)
    guard married else { return }
    let spouseAge = max(20, female ? age + random.within(-1...4) : age - random.within(-1...4))
    let spouse = addAdult(
      age: spouseAge, female: !female, agent: agent, insuredOnly: random.chance(female ? 2_000 : 300))
    people[head].spouse = spouse
    people[spouse].spouse = head
    relate(head, spouse, "spouse", since: max(people[head].birth, people[spouse].birth).adding(years: 22))
    addChildren(of: head, spouse, room: room - 2)
  }

  private mutating func addChildren(of head: Int, _ spouse: Int, room: Int) {
    let mother = people[head].female ? head : spouse
    let motherAge = people[mother].birth.age(on: day)
    guard room > 0, (25...54).contains(motherAge), random.chance(7_400) else { return }
    let count = min(room, random.chance(3_200) ? 2 : 1)
    let surname = people[mother == head ? spouse : head].name
    for _ in 0..<count {
      let eldest = min(17, motherAge - 22)
      let age = random.within(0...max(0, eldest))
      let child = addPerson(
        age: age, female: random.chance(4_800), surname: DemoBlockMaker.surname(of: surname), agent: people[head].agent)
      people[child].isChild = true
      people[child].contactRate = 0
      for parent in [head, spouse] {
        people[parent].children.append(child)
        relate(parent, child, "parent", since: people[child].birth)
      }
    }
  }

  static func surname(of name: String) -> String {
    let two = String(name.prefix(2))
    return DemoNames.surnames.contains { $0.0 == two } ? two : String(name.prefix(1))
  }

  private mutating func addAdult(age: Int, female: Bool, agent: Int, insuredOnly: Bool) -> Int {
    let index = addPerson(age: age, female: female, surname: DemoNames.surname(&random), agent: agent)
    let state = random.below(100)
    people[index].contactRate = state < 36 ? 9 : state < 72 ? 4 : 1
    if !insuredOnly, !random.chance(200) { people[index].contracts = Self.contractWeights.draw(&random) + 1 }
    if age > 45, random.chance(age > 65 ? 400 : 80) { people[index].diedOn = day - random.within(30...6 * 365) }
    return index
  }

  private mutating func addPerson(age: Int, female: Bool, surname: String, agent: Int) -> Int {
    let index = firstIndex + people.count
    let birth = day.adding(years: -age) - random.within(0...364)
    people.append(
      DemoPerson(
        index: index, key: Self.customerKey(index), name: surname + DemoNames.given(female: female, &random),
        female: female, birth: birth, agent: agent, createdOn: day))
    policyCounts.append(0)
    claimCounts.append(0)
    contactCounts.append(0)
    let latest = people.count - 1
    if age >= 18, random.chance(410) { people[latest].duplicate = "D\(DemoNumbers.pad(index + 1, 7))" }
    return latest
  }

  mutating func relate(_ from: Int, _ to: Int, _ relation: String, since: Day?) {
    // A couple too young for the rule, an employer: some day of the last years.
    let valid = since.flatMap { $0 <= day ? $0 : nil } ?? day - (90 + (people[to].index * 37) % 1_500)
    block.relationships.append(
      DemoRelationship(from: people[from].key, to: people[to].key, relation: relation, since: valid))
  }

  /// One person in twelve was brought by a neighbour of the block.
  private mutating func addReferrals() {
    guard people.count > 2 else { return }
    for index in people.indices where !people[index].isChild && random.chance(830) {
      let from = random.below(people.count)
      guard from != index, !people[from].isChild, people[from].spouse != index else { continue }
      relate(from, index, "referrer", since: people[index].createdOn)
    }
  }

  // MARK: Their customer records

  private mutating func addCustomer(_ index: Int) {
    let person = people[index]
    var row = DemoCustomer(
      sourceID: person.key, name: person.name, gender: person.female ? "female" : "male", birthDate: person.birth,
      createdOn: person.createdOn, person: person.key)
    row.nationalID = DemoNumbers.residentID(person.index, birth: person.birth, female: person.female)
    row.address = address()
    if person.isChild {
      row.idType =
        person.birth > day - 200 ? "birth_certificate" : random.chance(3_000) ? "household_register" : "resident_id"
      if row.idType == "birth_certificate" { row.nationalID = "Z99\(DemoNumbers.pad(person.index, 7))" }
      row.occupation = person.birth.age(on: day) < 6 ? "学龄前儿童" : "学生"
    } else {
      row.mobile = DemoNumbers.mobile(person.index, .person)
      if random.chance(4_000) { row.email = "u\(person.index + 1)@example.com" }
      let age = person.birth.age(on: day)
      let occupation = random.below(DemoPlaces.occupations.count)
      row.occupation = age >= 62 ? "退休" : DemoPlaces.occupations[occupation]
      let income = random.logNormal(median: age >= 62 ? 54_000 : DemoPlaces.incomes[occupation], sigma: 0.4)
      row.income = Money(fen: Int64(income / 1_000) * 100_000)
    }
    row.channel = channel(of: index)
    if row.channel == "agency" { row.owner = roster.agentNo(person.agent) }
    row.adviser = adviser(of: index)
    soil(&row, person)
    block.customers.append(row)
    if let key = person.duplicate { block.customers.append(duplicate(of: row, person, key: key)) }
  }

  /// The channel of the person's first policy, else the agency's.
  private func channel(of index: Int) -> String {
    let key = people[index].key
    return block.policies.first { $0.policyholder == key }?.channel ?? "agency"
  }

  private mutating func address() -> String {
    let street = random.pick(DemoPlaces.streets)
    let house = random.within(1...899)
    return "\(random.pick(DemoPlaces.districts))\(street)\(house)号\(random.pick(DemoPlaces.estates))"
      + "\(random.within(1...32))栋\(random.within(1...4))单元\(random.within(1...28))0\(random.within(1...4))室"
  }

  /// One employer a block in ten, with a few of its people.
  private mutating func addEmployer() {
    guard random.chance(1_000) else { return }
    let number = firstIndex / 100
    let key = "G\(DemoNumbers.pad(number, 7))"
    let kinds = ["机械有限公司", "软件有限公司", "食品有限公司", "物流有限公司", "建筑工程有限公司"]
    let name = random.pick(DemoRoster.branchNames) + random.pick(["恒远", "嘉禾", "同济", "启明", "广源"]) + random.pick(kinds)
    block.customers.append(
      DemoCustomer(
        sourceID: key, name: name, idType: "uscc", nationalID: DemoNumbers.creditCode(number), address: address(),
        channel: "group", createdOn: day - random.within(200...3_000), person: key))
    for index in people.indices where !people[index].isChild && random.chance(600) {
      block.relationships.append(
        DemoRelationship(
          from: key, to: people[index].key, relation: "employer", since: day - (90 + (people[index].index * 37) % 1_500)
        ))
    }
  }
}
