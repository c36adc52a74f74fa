import ArgumentParser
import Foundation
import Insurer
import Kernel
import Storage

struct Token: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tokens for programs.", subcommands: [Create.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a token and prints it, this once, alone on standard output.")

    @OptionGroup var setup: Setup
    @Option(help: "The account it acts for.") var user: String
    @Option(help: "customer:read,policy:read, …; of what the account's role may do.") var scopes: String
    @Option(help: "What it is for.") var name = "cli"
    @Option(help: "Days it lasts, at most 731.") var days = 365

    func validate() throws {
      guard (1...731).contains(days) else { throw ValidationError("--days is 1 to 731") }
      for scope in scopes.split(separator: ",") where Permission(rawValue: String(scope)) == nil {
        throw ValidationError("\(scope) is no scope")
      }
    }

    func run() async throws {
      try await setup.run { database, _ in
        let (user, name, days) = (user.lowercased(), name, days)
        let scopes = Set(scopes.split(separator: ",").compactMap { Permission(rawValue: String($0)) })
        let secret = try await database.act(as: .system(purpose: .administration, surface: "cli")) { tx in
          guard let account = try tx.fetch(Accounts.find(name: user)) else {
            throw AppError.notFound("account \(user)")
          }
          return try Accounts.createToken(
            of: account, name: name, scopes: scopes, expiresAt: tx.now + days * 86_400, in: tx
          ).secret
        }
        print(secret)
      }
    }
  }
}
