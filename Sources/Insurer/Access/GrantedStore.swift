import Kernel
import Storage

enum GrantedStore {
  /// Whether an account may see somebody now by a grant.
  static func holds(_ customer: Int64, account: Int64, at now: Instant) -> Query<Bool> {
    Query<Int>.count(
      """
      SELECT COUNT(*) FROM grants g
      WHERE g.customer_id = \(customer) AND g.account_id = \(account) AND g.until_at > \(now) AND g.ended_at IS NULL
      """
    ).map { $0 > 0 }
  }
}
