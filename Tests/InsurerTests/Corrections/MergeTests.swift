import Testing

@testable import Insurer

@Suite struct MergeTests {
  struct Thing: Equatable {
    var name: String
    var size: Int
  }

  static let fields: [RecordField<Thing>] = [
    RecordField("name", \.name) { $0 }, RecordField("size", \.size) { String($0) },
  ]

  private func merge(_ given: Set<String>, _ changed: Set<String>?) -> Merge<Thing> {
    Merge(
      Thing(name: "old", size: 1), with: Thing(name: "new", size: 2), Applied(given: given, changed: changed),
      fields: Self.fields)
  }

  @Test func aFirstRowAppliesWhatItHas() {
    let merge = merge(["name"], nil)
    #expect(merge.record == Thing(name: "new", size: 1))
    #expect(merge.corrections == [FieldChange(field: "name", before: "old", after: "new")])
    #expect(merge.conflicts.isEmpty)
  }

  @Test func aLaterRowAppliesWhatTheSourceChanged() {
    let merge = merge(["name", "size"], ["size"])
    #expect(merge.record == Thing(name: "old", size: 2))
    #expect(merge.conflicts == ["name"])
  }

  @Test func whatTheSourceLeftBlankIsClearedOnlyIfItChanged() {
    #expect(merge([], ["name"]).record.name == "new")
    #expect(merge([], []).record == Thing(name: "old", size: 1))
    #expect(merge([], []).conflicts.isEmpty)
  }

  @Test func equalFieldsAreNoCorrection() {
    let same = Merge(
      Thing(name: "a", size: 1), with: Thing(name: "a", size: 1), .all(["name", "size"]), fields: Self.fields)
    #expect(same.corrections.isEmpty && same.conflicts.isEmpty)
  }
}
