import ArgumentParser
import Foundation
import Insurer
import Kernel
import Storage

struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fills an empty database with the demo insurer and prints its accounts.",
    discussion: """
      Everything is invented. The same seed on the same day gives the same insurer. Each line on standard output is an
      account: name, password, role, and the member of staff it belongs to.
      """)

  @OptionGroup var setup: Setup

  @Option(help: "How many people: S 2,000, M 100,000, L 1,000,000.")
  var size: Size = .s

  @Option(help: "Another seed is another insurer.")
  var seed: UInt64 = 1

  @Option(help: "Writes which customer records are one person, as id,cluster.")
  var truth: String?

  enum Size: String, ExpressibleByArgument, CaseIterable {
    case s = "S"
    case m = "M"
    case l = "L"

    init?(argument: String) { self.init(rawValue: argument.uppercased()) }

    var demoSize: DemoSize {
      switch self {
      case .s: .s
      case .m: .m
      case .l: .l
      }
    }
  }

  func run() async throws {
    try await setup.run { database, _ in
      let wanted = DemoSetting(seed: seed, size: size.demoSize, day: database.clock.now().day)
      let start = ContinuousClock.now
      let report = try await DemoFill(Insurer.Demo(wanted), db: database).run { done, all in
        if done == all || done % 80 == 0 { Setup.note("\(done * 100 / all) %") }
      }
      let demo = report.demo
      for kind in ImportKinds.all {
        if let counts = report.counts[kind.name] { Setup.note("\(kind.name): \(counts.line)") }
      }
      if let truth { try demo.writeTruth(to: truth) }
      Setup.note("\(demo.setting.people) people in \(ContinuousClock.now - start)")
      for account in try await DemoAccounts(demo, db: database).open() {
        print("\(account.name)\t\(account.password)\t\(account.role.rawValue)\t\(account.staffName)")
      }
    }
  }
}
