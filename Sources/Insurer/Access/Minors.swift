import Kernel
import Storage

/// Children's profiles outside one's own cases open by approval or a verified call (未成年人网络保护条例 36): to who sees
/// everybody, for whom nobody is a case of his own. Lists show that a child is there, masked by role as all are.
package enum Minors {
  /// From this age one is no minor (未成年人保护法 2).
  package static let adultAge = 18

  package static func isMinor(_ birth: Day?, on today: Day) -> Bool {
    birth.map { today < $0.adding(years: adultAge) } ?? false
  }

  /// Whether somebody needs a grant to open this profile. Jobs and commands are nobody's eyes; nor is a program that an
  /// administrator has connected, which answers for its own users.
  package static func needsGrant(_ birth: Day?, _ access: Access, on today: Day) -> Bool {
    guard access.scope == .all, access.actor != .system, isMinor(birth, on: today) else { return false }
    return access.role != .admin || access.surface != "api"
  }

  /// - Throws: `forbidden` `MINOR_APPROVAL_REQUIRED` without a grant that holds now.
  package static func check(_ birth: Day?, of customer: Int64, in tx: ReadTx) throws {
    guard needsGrant(birth, tx.access, on: tx.today) else { return }
    let account = tx.access.grantee
    if account != 0, try tx.fetch(GrantedStore.holds(customer, account: account, at: tx.now)) { return }
    throw AppError(.forbidden, "MINOR_APPROVAL_REQUIRED", "a minor's profile opens by approval or a verified call")
  }
}
