import Insurer
import Kernel

/// What tasks are about, as ids and addresses. A feature whose records have tasks adds its kind here.
enum TaskLinks {
  static func id(_ subject: TaskSubject) -> String {
    switch subject.kind {
    case TaskSubject.policyKind: ID<Policy>(subject.id).description
    case TaskSubject.claimKind: ID<Claim>(subject.id).description
    case TaskSubject.applicationKind: ID<Application>(subject.id).description
    default: "\(subject.id)"
    }
  }

  static func href(_ subject: TaskSubject) -> String? {
    switch subject.kind {
    case TaskSubject.policyKind: "/policies/\(ID<Policy>(subject.id))"
    case TaskSubject.claimKind: "/claims/\(ID<Claim>(subject.id))"
    case TaskSubject.applicationKind: "/applications/\(ID<Application>(subject.id))"
    default: nil
    }
  }

  /// From a form's or query's `policy` or `claim`.
  static func subject(policy: String?, claim: String?) throws -> TaskSubject? {
    if let policy {
      guard let id = ID<Policy>(policy) else { throw AppError.notFound("policy") }
      return .policy(id.raw)
    }
    guard let claim else { return nil }
    guard let id = ID<Claim>(claim) else { throw AppError.notFound("claim") }
    return .claim(id.raw)
  }
}
