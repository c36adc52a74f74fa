import ArgumentParser
import Foundation
import Insurer
import Kernel
import Storage
import Web

struct Doctor: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks machine, settings, keys and database, and says what to do.",
    discussion: "Changes nothing. Exit code 1 when something must be mended; what is only advice does not count.")

  @OptionGroup var setup: Setup
  @Flag(help: "The findings as JSON.") var json = false

  func run() async throws {
    try await Setup.orderly {
      let config = try setup.config()
      var checkup = Checkup()
      checkup.machine(config)
      checkup.program()
      checkup.settings(config)
      if checkup.key(config) { await checkup.database(config) }
      print(json ? checkup.json : checkup.text)
      if !checkup.isSound { throw ExitCode(1) }
    }
  }
}

/// What the doctor finds, in order.
struct Checkup {
  enum State: String { case good = "ok", advice, bad }

  struct Finding {
    let name: String
    let state: State
    let text: String
  }

  private(set) var findings: [Finding] = []
  private(set) var isEmpty: Bool?

  var isSound: Bool { !findings.contains { $0.state == .bad } }

  private mutating func find(_ name: String, _ state: State, _ text: String) {
    findings.append(Finding(name: name, state: state, text: text))
  }

  mutating func machine(_ config: Config) {
    let process = ProcessInfo.processInfo
    let gigabytes = Double(process.physicalMemory) / 1_073_741_824
    find(
      "machine", process.activeProcessorCount >= 2 && gigabytes >= 1.5 ? .good : .advice,
      "\(process.activeProcessorCount) cores, \((gigabytes * 10).rounded() / 10) GB of memory; 2 and 2 will do")
    let folder = config.dataDirectory.isEmpty ? "." : config.dataDirectory
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: existing(folder))
    let free = ((attributes?[.systemFreeSize] as? NSNumber)?.doubleValue ?? 0) / 1_073_741_824
    find(
      "disk", free >= 2 ? .good : free >= 0.2 ? .advice : .bad,
      "\((free * 10).rounded() / 10) GB free at \(folder)")
    let year = Clock.system.now().day.year
    find("clock", (2026...2100).contains(year) ? .good : .bad, "the machine's clock says \(Clock.system.now())")
  }

  /// The nearest folder above that is there.
  private func existing(_ path: String) -> String {
    var path = path
    while !path.isEmpty, !FileManager.default.fileExists(atPath: path) {
      path = (path as NSString).deletingLastPathComponent
    }
    return path.isEmpty ? "." : path
  }

  mutating func program() {
    do {
      find("schema", .good, "the program brings \(try Migrations.all().count) migrations")
    } catch {
      find("schema", .bad, "the program's resources are not beside it: install it whole")
    }
    for name in ["regions.csv", "mobile_segments.csv", "pinyin.txt", "icd10.csv"] where !isThere(name) {
      find("reference", .bad, "the reference file \(name) is missing beside the program: install it whole")
    }
  }

  private func isThere(_ name: String) -> Bool { (try? Reference.text(name))?.isEmpty == false }

  mutating func settings(_ config: Config) {
    if (config.tlsCertificate == nil) != (config.tlsKey == nil) {
      find("tls", .bad, "ANBAN_TLS_CERT and ANBAN_TLS_KEY belong together")
    }
    for file in [config.tlsCertificate, config.tlsKey].compactMap({ $0 })
    where !FileManager.default.isReadableFile(atPath: file) {
      find("tls", .bad, "\(file) cannot be read")
    }
    let isOpen = !["127.0.0.1", "localhost", "::1"].contains(config.host)
    if isOpen, config.tlsCertificate == nil, config.trustedProxy == nil {
      find("tls", .advice, "\(config.host) is open to others without TLS: set a certificate, or a proxy in front")
    }
    if let clock = config.clock {
      find("clock", .advice, "ANBAN_CLOCK stands still at \(clock): for demo and tests only")
    }
  }

  mutating func key(_ config: Config) -> Bool {
    do {
      _ = try MasterKey.load(config.masterKeyFile)
      find("key", .good, "\(config.masterKeyFile) is readable by its owner only; keep a copy elsewhere")
      return true
    } catch {
      find("key", .bad, "\(said(error)). On an empty database `anban migrate` makes a key")
      return false
    }
  }

  mutating func database(_ config: Config) async {
    do {
      if case .sqlite(let path) = try DatabaseAddress(config.database), !FileManager.default.fileExists(atPath: path) {
        find("database", .bad, "there is no \(path): `anban migrate` makes it")
        return
      }
      let database = try Database.open(Setup.options(config, migrates: false))
      let access = Access.system(purpose: .administration, surface: "cli")
      let empty = try await database.read(as: access) { tx in try DemoFill.isPossible(in: tx) }
      let examined = try await Examination.run(database, sealsFile: config.sealsFile)
      let missing = try await database.missingIndexes()
      await database.close()
      isEmpty = empty
      find("database", .good, "\(database.address) opens with this key, at this program's version")
      find("engine", .good, examined.version)
      if !examined.sealsAgree {
        find("seals", .bad, "the seals outside the database part from those inside: `anban audit verify` says where")
      }
      if !missing.isEmpty {
        find(
          "indexes", .bad,
          "a load was killed and left \(missing.count) indexes out: run `anban demo` again, or `anban migrate`")
      }
      if examined.troubledJobs > 0 {
        find("jobs", .advice, "\(examined.troubledJobs) jobs wait for a person: see the jobs page")
      }
      if empty { find("content", .advice, "nobody is in it yet: `anban import`, or `anban demo` to look around") }
    } catch {
      find("database", .bad, "\(said(error))")
    }
  }

  private func said(_ error: any Error) -> String { (error as? AppError)?.detail ?? "\(error)" }

  var text: String {
    let mark: [State: String] = [.good: "✓", .advice: "·", .bad: "✗"]
    return findings.map { "\(mark[$0.state] ?? "") \($0.name): \($0.text)" }.joined(separator: "\n")
  }

  var json: String {
    let findings = findings.map { finding in
      Facts.json(["name": finding.name, "state": finding.state.rawValue, "text": finding.text]) ?? "{}"
    }
    let empty = isEmpty.map { "\"empty\":\($0)," } ?? ""
    return "{\"sound\":\(isSound),\(empty)\"findings\":[\(findings.joined(separator: ","))]}"
  }
}
