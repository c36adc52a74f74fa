import CPostgres
import Foundation
import Kernel

/// Statements to a PostgreSQL server outside any transaction of ours: making and dropping databases.
package enum PostgresServer {
  /// - Throws: `AppError.unavailable` when the server cannot be reached, `broken` when it refuses the statement.
  package static func run(_ statement: String, at url: String) throws {
    guard let connection = PQconnectdb(url) else { throw AppError.unavailable("no connection could be made") }
    defer { PQfinish(connection) }
    guard PQstatus(connection) == CONNECTION_OK else {
      throw AppError.unavailable(String(cString: PQerrorMessage(connection)))
    }
    let result = PQexec(connection, statement)
    defer { PQclear(result) }
    let status = PQresultStatus(result)
    guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
      throw AppError.broken(String(cString: PQerrorMessage(connection)))
    }
  }

  /// The same address with another database's name: `postgres://user@/name?host=…`.
  package static func address(_ url: String, database: String) -> String {
    let parts = url.split(separator: "?", maxSplits: 1)
    let base = parts[0]
    let authority = base.range(of: "://").map { $0.upperBound } ?? base.startIndex
    let slash = base[authority...].lastIndex(of: "/") ?? base.endIndex
    return "\(base[..<slash])/\(database)" + (parts.count == 2 ? "?\(parts[1])" : "")
  }
}
