import Kernel

/// A list as somebody wants to see it again: the query of its address. It holds conditions, never what was searched
/// for: a name or a number of a person would rest here in clear.
package struct SavedView: Identified, Hashable, Sendable {
  package static let idPrefix = "VW"

  package let id: ID<SavedView>
  package let owner: Actor
  package let name: String
  /// `sort=due&filter=…`, as in the address.
  package let query: String
  /// Whether everybody may use it; each sees in it what he may see.
  package let isShared: Bool
  package let createdAt: Instant
}
