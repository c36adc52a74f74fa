import Kernel

/// What one person is to another: `from` is the … of `to`.
package enum RelationshipKind: String, Coded {
  case spouse, parent, child, guardian, employer, referrer, other

  package var labels: Labels {
    switch self {
    case .spouse: Labels("配偶", "Spouse", ["夫妻", "丈夫", "妻子", "爱人"])
    case .parent: Labels("父母", "Parent", ["父亲", "母亲"])
    case .child: Labels("子女", "Child", ["儿子", "女儿"])
    case .guardian: Labels("监护人", "Guardian")
    case .employer: Labels("雇主", "Employer", ["工作单位", "单位"])
    case .referrer: Labels("介绍人", "Referrer", ["转介绍人", "推荐人"])
    case .other: Labels("其他", "Other", ["其它"])
    }
  }
}

/// A relation between two customers; stored at both ends, so that each person's page asks one shard (decision 12).
package struct Relationship: Hashable, Sendable {
  package let from: ID<Customer>
  package let to: ID<Customer>
  package let kind: RelationshipKind
  package let since: Day?

  package init(from: ID<Customer>, to: ID<Customer>, kind: RelationshipKind, since: Day? = nil) {
    self.from = from
    self.to = to
    self.kind = kind
    self.since = since
  }
}

/// A relation from the side of one person.
package struct RelationshipLine: Hashable, Sendable {
  package let kind: RelationshipKind
  /// True where the other is the `kind` of this person; false where this person is the `kind` of the other.
  package let isOther: Bool
  package let since: Day?
  /// Nil when the viewer may not see the other: then the name is masked and there is no link.
  package let otherID: ID<Customer>?
  package let otherName: String
  package let source: String
}
