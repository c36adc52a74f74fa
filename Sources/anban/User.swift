import ArgumentParser
import Foundation
import Insurer
import Kernel
import Storage

struct User: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Accounts: who may sign in.", subcommands: [Add.self, List.self, Password.self, Disable.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds an account.",
      discussion: """
        The password is asked for, or read from standard input when that is no terminal. When nothing comes from there,
        one is made and printed, this once.
        """)

    @OptionGroup var setup: Setup
    @Argument(help: "2 to 40 of a–z, 0–9, dot, hyphen and underscore.") var name: String
    @Option(help: "\(Role.allCases.map(\.rawValue).joined(separator: ", ")).") var role: Role
    @Option(help: "The number of the member of staff it belongs to.") var staff: String?

    func run() async throws {
      try await setup.run { database, _ in
        let given = try PasswordInput.readOrNil()
        let password = given ?? Data(Randomness.bytes(12)).base64EncodedString()
        let hash = try await Passwords().hash(password)
        let (name, role, number) = (name.lowercased(), role, staff)
        try await database.act(as: .system(purpose: .administration, surface: "cli")) { tx in
          var member: StaffMember?
          if let number {
            member = try tx.fetch(Staff.byNumbers([number])).first
            guard member != nil else { throw AppError.notFound("member of staff \(number)") }
          }
          let new = NewAccount(name: name, role: role, staffID: member?.id, passwordHash: hash)
          _ = try Accounts.add(new, in: tx)
        }
        Setup.note("\(name) may sign in as \(role.rawValue)")
        if given == nil { print(password) }
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the accounts.")
    @OptionGroup var setup: Setup

    func run() async throws {
      try await setup.run { database, _ in
        let accounts = try await database.read(as: .system(purpose: .administration, surface: "cli")) { tx in
          try tx.fetch(Accounts.all)
        }
        for account in accounts {
          print("\(account.name)\t\(account.role.rawValue)\t\(account.disabledAt == nil ? "active" : "disabled")")
        }
      }
    }
  }

  struct Password: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Sets an account's password.")
    @OptionGroup var setup: Setup
    @Argument var name: String

    func run() async throws {
      try await setup.run { database, _ in
        let hash = try await Passwords().hash(try PasswordInput.read())
        let name = name
        try await database.act(as: .system(purpose: .administration, surface: "cli")) { tx in
          try Accounts.setPassword(of: name, hash: hash, in: tx)
        }
        Setup.note("the password of \(name) is set")
      }
    }
  }

  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Ends an account with its sessions and tokens.")
    @OptionGroup var setup: Setup
    @Argument var name: String

    func run() async throws {
      try await setup.run { database, _ in
        let name = name
        try await database.act(as: .system(purpose: .administration, surface: "cli")) { tx in
          try Accounts.disable(name, in: tx)
        }
        Setup.note("\(name) may not sign in any more")
      }
    }
  }
}

extension Role: ExpressibleByArgument {}

/// A password from the terminal, unseen, or from a pipe.
private enum PasswordInput {
  static func read() throws -> String {
    guard let line = try readOrNil() else { throw AppError.invalid("PASSWORD_MISSING", "no password was given") }
    return line
  }

  /// Nil when standard input ends before a password comes.
  static func readOrNil() throws -> String? {
    let isTerminal = isatty(STDIN_FILENO) == 1
    var old = termios()
    if isTerminal {
      FileHandle.standardError.write(Data("Password: ".utf8))
      tcgetattr(STDIN_FILENO, &old)
      var silent = old
      silent.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(STDIN_FILENO, TCSANOW, &silent)
    }
    let line = readLine()
    if isTerminal {
      tcsetattr(STDIN_FILENO, TCSANOW, &old)
      Setup.note("")
    }
    guard line?.isEmpty != true || !isTerminal else {
      throw AppError.invalid("PASSWORD_MISSING", "no password was given")
    }
    return line?.isEmpty == true ? nil : line
  }
}
