import Files
import Kernel
import Testing

@Suite struct FoldTests {
  @Test(
    "folds width, blanks, case and control characters",
    arguments: [
      ("13385561780", Fold.Form.value, "13385561780"),
      ("１３３８５５６１７８０", .value, "13385561780"),
      ("\u{3000}欧阳娜\u{00A0}", .value, "欧阳娜"),
      ("\u{FEFF}张\u{200B}三\u{2060}", .value, "张三"),
      ("张\u{3000}三", .value, "张 三"),
      (" a b ", .value, "a b"),
      ("11010519491231002ｘ", .upper, "11010519491231002X"),
      ("11010519491231002x", .value, "11010519491231002x"),
      ("（北区）１号，二层", .value, "(北区)1号,二层"),
      ("（北区）１号，二层", .prose, "（北区）1号，二层"),
      ("行一\n行二\u{0}", .prose, "行一\n行二"),
      ("a\u{0}b\tc", .value, "ab c"),
      ("𠮷野家", .value, "𠮷野家"),
      ("", .value, ""),
      ("\u{3000}\u{3000}", .value, ""),
      ("买买提·吐尔逊", .value, "买买提·吐尔逊"),
      ("\u{2028}x\u{85}", .value, "x"),
    ])
  func folds(text: String, form: Fold.Form, expected: String) {
    let (folded, changed) = Fold.fold(text, form)
    #expect(folded == expected)
    #expect(changed == (text != expected))
  }

  @Test(
    "column names compare without case, blanks and marks",
    arguments: [("Source_ID", "sourceid"), (" 客户 号* ", "客户号"), ("ＩＤ　Ｎｏ．", "idno"), ("证件号码（身份证）", "证件号码身份证")])
  func names(text: String, expected: String) {
    #expect(Fold.compact(Fold.name(text)) == expected)
  }
}

@Suite struct DateReadingTests {
  @Test(
    "reads the known forms",
    arguments: [
      ("2010-12-02", nil as DateOrder?, "2010-12-02" as String?),
      ("20101202", nil, "2010-12-02"),
      ("2010/12/2", nil, "2010-12-02"),
      ("2010.1.2", nil, "2010-01-02"),
      ("1990年7月8日", nil, "1990-07-08"),
      ("1990年07月08号", nil, "1990-07-08"),
      ("2010-12-02 08:30:00", nil, "2010-12-02"),
      ("2010-12-02T00:00:00+08:00", nil, "2010-12-02"),
      ("25/12/2010", nil, "2010-12-25"),
      ("12/25/2010", nil, "2010-12-25"),
      ("05/05/2010", nil, "2010-05-05"),
      ("02/12/2010", .dayFirst, "2010-12-02"),
      ("02/12/2010", .monthFirst, "2010-02-12"),
      ("02/12/2010", nil, nil),
      ("2010-02-30", nil, nil),
      ("20101302", nil, nil),
      ("2010-12", nil, nil),
      ("10-12-02", nil, nil),
      ("--2010-12-02", nil, nil),
      ("2010--12-02", nil, nil),
      ("yesterday", nil, nil),
      ("2010-12-02 <b>", nil, nil),
      ("99999999999", nil, nil),
      ("", nil, nil),
    ])
  func reads(text: String, order: DateOrder?, expected: String?) {
    #expect((try? DateReading.read(text, order: order).get())?.description == expected)
  }

  @Test(
    "a column decides the order of day and month",
    arguments: [
      (["02/12/2010", "25/12/2010"], DateOrder.dayFirst as DateOrder?),
      (["02/12/2010", "12/25/2010", "2010-01-01"], .monthFirst),
      (["02/12/2010", "03/04/2011"], nil),
      (["25/12/2010", "12/25/2010"], nil),
      ([], nil),
    ])
  func decides(samples: [String], expected: DateOrder?) {
    #expect(DateOrder.decide(samples) == expected)
  }

  @Test("an ambiguous date has its own code")
  func ambiguous() {
    #expect(DateReading.read("02/12/2010") == .failure(.ambiguous))
    #expect(DateReading.read("31/31/2010", order: .dayFirst) == .failure(.invalid))
  }
}

@Suite struct ColumnMappingTests {
  @Test("YAML is read and written alike")
  func roundTrip() throws {
    let text = """
      kind: customers
      key: [source_id]
      columns:
        - {column: 客户号, field: source_id}
        - {column: "ID No: #1 \\"x\\"", field: national_id}
        - column: 出生日期
          field: birth_date
          order: day_first
        - {column: 2010, field: income}
      """
    let mapping = try ColumnMapping(yaml: text)
    #expect(mapping.kind == "customers" && mapping.key == ["source_id"])
    #expect(mapping.columns.map(\.column) == ["客户号", "ID No: #1 \"x\"", "出生日期", "2010"])
    #expect(mapping.columns[2].order == .dayFirst)
    #expect(try ColumnMapping(yaml: mapping.yaml) == mapping)
  }

  @Test(
    "what is no mapping says so",
    arguments: [
      "", "- a", "kind: x", "kind: x\ncolumns: 3", "kind: x\ncolumns:\n - {column: a}", "{", "a: b: c",
      "kind: x\ncolumns: [{column: a, field: f}, {column: b, field: f}]",
      "kind: x\ncolumns: [{column: a, field: f, order: sideways}]",
    ])
  func invalid(text: String) {
    let error = #expect(throws: AppError.self) { try ColumnMapping(yaml: text) }
    #expect(error?.code == "MAPPING_INVALID")
  }
}
