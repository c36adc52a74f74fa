import Files
import Insurer
import Kernel

extension ImportMapPage {
  init(
    _ draft: ImportDraft, _ look: ImportLook, _ mapping: ColumnMapping, _ missing: [String], kept: [NamedMapping],
    named: String, sees: Set<Sight>, _ call: Call
  ) {
    let words = call.words
    let shape = look.shape
    let facts = [
      words.of("kinds", draft.kind.name) ?? draft.kind.name, shape.encoding.rawValue,
      shape.format.rawValue.uppercased(),
      shape.gzipped ? "gzip" : nil, call.format.bytes(Int64(draft.file.size)),
    ].compactMap { $0 }
    self.init(
      steps: ImportPages.steps(1, words), file: draft.fileName, facts: facts.joined(separator: " · "),
      action: "/imports/preview", csrf: call.csrf, hidden: draft.hidden,
      columns: shape.columns.indices.map { place in
        ImportColumn(place, draft, look, mapping, FileValues(sees: sees), words)
      },
      mappings: [SelectOption("", words["imports.suggested"])]
        + kept.map { SelectOption($0.name, $0.name, isSelected: $0.name == named) },
      missing: missing.map { Fault($0, words.fill("imports.missing", words.field($0))) })
  }
}

extension ImportColumn {
  init(
    _ place: Int, _ draft: ImportDraft, _ look: ImportLook, _ mapping: ColumnMapping, _ values: FileValues,
    _ words: Words
  ) {
    let header = look.shape.columns[place]
    let field = mapping.columns.first { $0.column == header }?.field
    let suggested = look.suggestion.mapping.columns.first { $0.column == header }?.field
    let samples = look.rows.lazy.filter { $0.count > place && !$0[place].isEmpty }.prefix(3).map { row in
      values.show(row[place], header: header, field: field)
    }
    let isNamed = draft.kind.fields.contains { known in
      known.name == suggested && ([known.name] + known.synonyms).contains { Fold.compact($0) == Fold.compact(header) }
    }
    let why = suggested == nil || suggested != field ? nil : words[isNamed ? "imports.byName" : "imports.byContent"]
    self.init(
      index: "\(place)", header: header, examples: samples.joined(separator: " · "), why: why,
      options: [SelectOption("", words["imports.ignore"], isSelected: field == nil)]
        + draft.kind.fields.map { known in
          let star = known.required ? " *" : ""
          return SelectOption(known.name, words.field(known.name) + star, isSelected: known.name == field)
        })
  }
}

extension ImportPreviewPage {
  init(
    _ draft: ImportDraft, _ mapping: ColumnMapping, _ rows: [ImportRehearsal.Row], sees: Set<Sight>, _ call: Call
  ) {
    let words = call.words
    let fields = mapping.columns.map(\.field)
    let headers = Dictionary(mapping.columns.map { ($0.field, $0.column) }) { first, _ in first }
    let values = FileValues(sees: sees)
    var counts = ImportCounts()
    for row in rows { counts.add(row.outcome) }
    func stat(_ name: String, _ value: Int, _ tone: String = "") -> Stat {
      Stat(words["imports.\(name)"], call.format.number(value), href: "#rows", tone: value > 0 ? tone : "")
    }
    self.init(
      steps: ImportPages.steps(2, words), file: draft.fileName, action: "/imports/run",
      backHref: "/imports/mapping\(draft.query)", csrf: call.csrf,
      hidden: draft.hidden + [SelectOption("yaml", mapping.yaml)],
      stats: [
        stat("created", counts.created), stat("updated", counts.updated), stat("unchanged", counts.unchanged),
        stat("waiting", counts.waiting, "warn"), stat("rejected", counts.rejected, "bad"),
        stat("flagged", counts.flagged, "warn"),
      ],
      headers: fields.map { Cell(words.field($0)) },
      rows: rows.map { row in
        ImportPreviewRow(
          number: "\(row.number)",
          cells: fields.map { field in
            Cell(row.values[field].map { values.show($0, header: headers[field] ?? "", field: field) } ?? "")
          },
          outcome: Badge(row.outcome, words), problem: ImportPreviewRow.problem(row.outcome, words))
      })
  }
}

extension ImportPreviewRow {
  fileprivate static func problem(_ outcome: RowOutcome, _ words: Words) -> String? {
    let faults = (outcome.errors + outcome.flags).map { "\(words.field($0.field)): \(words.fault($0))" }
    return faults.isEmpty ? nil : faults.joined(separator: " · ")
  }
}

extension Badge {
  fileprivate init(_ outcome: RowOutcome, _ words: Words) {
    switch outcome.result {
    case .created: self.init(words["imports.created"], tone: "good", icon: "add")
    case .updated: self.init(words["imports.updated"], tone: "info", icon: "edit")
    case .unchanged: self.init(words["imports.unchanged"], tone: "quiet", icon: "check")
    case .waiting: self.init(words["imports.waiting"], tone: "warn", icon: "clock")
    case .rejected: self.init(words["imports.rejected"], tone: "bad", icon: "close")
    }
  }
}
