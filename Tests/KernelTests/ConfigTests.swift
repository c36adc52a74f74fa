import Foundation
import Kernel
import Testing

@Suite struct ConfigTests {
  @Test func theDefaultsWork() throws {
    let config = try Config.read(environment: [:])
    #expect(config.database == "sqlite:var/anban.db")
    #expect(config.port == 8080)
    #expect(config.sealsFile == "var/seals.log")
    #expect(config.clock == nil)
  }

  @Test func theCommandLineWinsThenTheVariablesThenTheFile() throws {
    let path = NSTemporaryDirectory() + "/anban-config-\(ProcessInfo.processInfo.processIdentifier).conf"
    try "# the branch's machine\nport = 1\nhost = 10.0.0.1\nconnections=3 # few\n"
      .write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let config = try Config.read(
      commandLine: ["port": "3"],
      environment: ["ANBAN_CONFIG": path, "ANBAN_PORT": "2", "ANBAN_HOST": "10.0.0.2"])
    #expect(config.port == 3)
    #expect(config.host == "10.0.0.2")
    #expect(config.connections == 3)
  }

  @Test func webhooksGoNowhereUnlessSomebodySaysWhere() throws {
    let none = try Config.read(environment: [:])
    #expect(none.webhookHosts.isEmpty && none.webhookNetworks.isEmpty && !none.webhookPlain)
    let some = try Config.read(environment: [
      "ANBAN_WEBHOOK_HOSTS": " Hooks.example.cn, *.b.example.cn,", "ANBAN_WEBHOOK_NETWORKS": "10.1.0.0/16",
      "ANBAN_WEBHOOK_PLAIN": "1",
    ])
    #expect(some.webhookHosts == ["hooks.example.cn", "*.b.example.cn"])
    #expect(some.webhookNetworks == ["10.1.0.0/16"] && some.webhookPlain)
    #expect(throws: AppError.self) { try Config.read(environment: ["ANBAN_WEBHOOK_PLAIN": "yes"]) }
  }

  @Test func theSealsLieBesideTheSQLiteFile() throws {
    let config = try Config.read(environment: ["ANBAN_DATABASE": "sqlite:data/life/anban.db"])
    #expect(config.sealsFile == "data/life/seals.log")
  }

  @Test(arguments: [
    ["ANBAN_PORT": "seventy"], ["ANBAN_PORT": "70000"], ["ANBAN_CLOCK": "noon"], ["ANBAN_CONFIG": "no/such/file"],
  ])
  func whatCannotBeReadIsRefused(_ environment: [String: String]) {
    #expect(throws: AppError.self) { try Config.read(environment: environment) }
  }
}
