import HTTPTypes
import Hummingbird
import HummingbirdCore
import Insurer
import Kernel
import Storage

/// Refused looks are logged with the id that was asked for (decision 5): what is not there and what may not be seen
/// get the same answer, so both are.
enum Denials {
  /// - Parameter path: the route's, with its holes.
  static func log(_ call: Call, _ path: String) async throws {
    guard call.visit.viewer != nil, let asked = asked(call) else { return }
    let customer = ID<Customer>(asked)
    let what = "\(call.request.method.rawValue) \(path)"
    let record = AccessRecord(
      .denied, subjects: [customer?.raw].compactMap { $0 }, what: customer == nil ? "\(what) \(asked)" : what)
    try await call.read { $0.logAccess(record) }
  }

  /// The id in the address, or the customer in its query, if it has the form of one.
  private static func asked(_ call: Call) -> String? {
    let text = call.visit.parameters.get("id") ?? (try? call.strictQuery())?.peek("customer")
    guard let text, (16...32).contains(text.utf8.count), IDText.prefix(of: text) != nil,
      text.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
    else { return nil }
    return text.uppercased()
  }
}
