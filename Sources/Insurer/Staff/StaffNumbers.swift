import Kernel
import Storage

extension Staff {
  /// The numbers by which files refer to some members of staff.
  package static func numbers(of ids: [ID<StaffMember>]) -> Query<[ID<StaffMember>: String]> {
    Query<[(ID<StaffMember>, String)]>.all("SELECT s.id, s.staff_no FROM staff s WHERE s.id IN \(list: ids)") {
      ($0.id(0), $0.text(1))
    }.map { Dictionary(uniqueKeysWithValues: $0) }
  }
}
