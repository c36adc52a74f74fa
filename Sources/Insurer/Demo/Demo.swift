import Kernel

/// The demo insurer as a stream of source rows. Equal settings give equal rows; blocks are made independently of one
/// another, so that size L needs no more memory than S and several cores can work.
package struct Demo: Sendable {
  package let setting: DemoSetting
  package let roster: DemoRoster

  package init(_ setting: DemoSetting) {
    self.setting = setting
    roster = DemoRoster(setting)
  }

  /// People in a block other than the first and the last.
  static let blockPeople = 100
  /// Numbers of people that are kept for the named cast, whether it uses them or not.
  static let castPlaces = 100

  package var staff: [DemoStaff] { roster.rows() }
  package var products: [DemoProduct] { DemoProducts.rows }

  /// How many blocks there are: the cast's, and those of the other people.
  package var blockCount: Int { 1 + (setting.people - DemoCast.peopleCount + Self.blockPeople - 1) / Self.blockPeople }

  /// The rows of one block, complete in themselves: they name nobody outside it but staff and products.
  package func block(_ number: Int) -> DemoBlock {
    let first = Self.castPlaces + (number - 1) * Self.blockPeople
    var maker = DemoBlockMaker(setting, roster, block: number, firstIndex: number == 0 ? 0 : first)
    if number == 0 {
      DemoCast(setting, roster).play(into: &maker)
    } else {
      let left = setting.people - DemoCast.peopleCount - (number - 1) * Self.blockPeople
      maker.make(min(Self.blockPeople, left))
    }
    var block = maker.block
    block.consents = DemoConsents.rows(of: block, number, setting)
    return block
  }
}
